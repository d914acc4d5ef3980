import { z } from 'zod';
import { duties, newPerson, person, personRole } from '../answers/people.js';
import { pageOf, paging } from '../http/query.js';
import { route } from '../http/route.js';

const id = z.strictObject({ id: z.string().regex(/^[1-9]\d{0,8}$/).transform(Number) });

export const listPeople = route({
  method: 'GET',
  path: '/v1/people',
  summary: 'People who sign in, with their role and the roles in which they give attestations',
  query: z.strictObject(paging),
  answer: pageOf(person),
});

export const addPerson = route({
  method: 'POST',
  path: '/v1/people',
  summary: 'Add a person; the password is shown once',
  body: z
    .strictObject({ email: z.email({ error: 'must be an e-mail address' }).max(320), role: personRole, duties: duties.default([]) })
    .meta({ id: 'PersonToAdd' }),
  status: 201,
  answer: newPerson,
});

export const changeRoles = route({
  method: 'POST',
  path: '/v1/people/{id}/roles',
  summary: 'Give a person other roles; what was attested before stays as it is',
  params: id,
  body: z.strictObject({ role: personRole, duties }).meta({ id: 'PersonRoles' }),
  answer: person,
});

export const removePerson = route({
  method: 'DELETE',
  path: '/v1/people/{id}',
  summary: 'Remove a person: sessions end at once, what they said and did stays on record',
  params: id,
  status: 204,
});
