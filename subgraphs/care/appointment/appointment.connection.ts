import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Appointment } from './appointment.entity.ts';

@ObjectType({ description: 'One appointment in a list.' })
export class AppointmentEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Appointment, { description: 'The appointment. 预约' })
  node!: Appointment;
}

@ObjectType({ description: 'A page of appointments, the latest first. 预约列表' })
export class AppointmentConnection {
  @Field(() => [AppointmentEdge], { description: 'The appointments of this page.' })
  edges!: AppointmentEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
