import {
  type ApolloGateway,
  buildOperationContext,
  executeQueryPlan,
  type ServiceMap,
} from '@apollo/gateway';
import { getVariableValues, GraphQLError, OperationTypeNode } from 'graphql';
import { AppError } from '../../shared/errors/app-error.ts';
import { httpStatusOf } from '../../shared/errors/http-status.ts';
import { MAX_PROBLEMS } from '../cost/cost-config.ts';
import type { RouterContext } from '../request.ts';
import type { PlanCaller } from './plan-caller.ts';
import type { SupergraphPlans } from './supergraph-plans.ts';
import { withheldAnswers } from './withheld-answers.ts';

/**
 * Takes the place of the gateway's own executor, which plans on the main thread: plans come from threads, everything
 * else is as there.
 * @param current the supergraph that is current when an operation begins
 */
export function plannedExecutor(
  current: () => SupergraphPlans,
  sources: ReadonlyMap<string, ServiceMap[string]>,
  callerOf: (context: RouterContext) => PlanCaller,
): ApolloGateway['executor'] {
  const services: ServiceMap = Object.fromEntries(sources);
  return async (requestContext) => {
    const { request, document, source } = requestContext;
    const { operationName } = request;
    const plans = current();
    const { schema, api, supergraph } = plans;
    const operation = buildOperationContext({
      schema,
      operationDocument: document,
      ...(operationName && { operationName }),
    });
    const definitions = operation.operation.variableDefinitions ?? [];
    const variables = request.variables ?? {};
    const { errors } = getVariableValues(schema, definitions, variables, { maxErrors: MAX_PROBLEMS });
    if (errors) return { errors };
    try {
      const plan = await plans.planOf(
        { source, operationName },
        callerOf(requestContext.context as RouterContext),
      );
      const answer = await executeQueryPlan(plan, services, requestContext, operation, supergraph, api);
      return operation.operation.operation === OperationTypeNode.MUTATION ? withheldAnswers(answer) : answer;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { errors: [refusalOf(error)] };
    }
  };
}

function refusalOf(error: AppError): GraphQLError {
  const http = { status: httpStatusOf(error.code) };
  return new GraphQLError(error.code, { extensions: { code: error.code, params: error.params, http } });
}
