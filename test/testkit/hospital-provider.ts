/** The provider that the platform of the tests knows, as `OIDC_PROVIDERS` has it. */
export const hospitalProvider = (port: number) => ({
  id: 'hospital',
  name: { zh: '医院账号', en: 'Hospital' },
  issuer: `http://127.0.0.1:${port}`,
  clientId: 'yuneyang',
  clientSecret: 'secret-of-yuneyang',
  redirectUris: ['https://portal.example/login'],
});
