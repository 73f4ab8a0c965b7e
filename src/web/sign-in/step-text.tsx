import type { ComponentProps } from 'react';
import { PlainText } from '#web/ui/plain-fields.tsx';

/**
 * A field of a step. What was left empty is not yet wrong: a problem that appears as the focus leaves
 * would push the link below from under the pointer.
 */
export function StepText({ problem, ...rest }: ComponentProps<typeof PlainText>) {
  const shown = rest.value === '' && rest.all !== true ? undefined : problem;
  return <PlainText problem={shown} {...rest} />;
}
