import { oc, type } from '@orpc/contract';
import type { HomeView } from './home/home-view.ts';
import type { Role, SessionView } from './session/session-view.ts';

const prefix = '/api/v1';

/**
 * What the frame of the portal asks of the platform: the home page, who is here, what waits for
 * them.
 */
export const shellContract = {
  home: oc.route({ method: 'GET', path: `${prefix}/home` }).output(type<HomeView>()),
  session: oc.route({ method: 'GET', path: `${prefix}/session` }).output(type<SessionView>()),
  enterAs: oc
    .route({ method: 'POST', path: `${prefix}/session/enter-as` })
    .input(type<{ role: Role }>())
    .output(type<SessionView>()),
  leave: oc.route({ method: 'POST', path: `${prefix}/session/leave` }).output(type<SessionView>()),
  waiting: oc
    .route({ method: 'GET', path: `${prefix}/inbox/count` })
    .output(type<{ notices: number; cases: number }>()),
};
