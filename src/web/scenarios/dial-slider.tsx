import { useId } from 'react';
import { usePick, useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { competeWords } from './compete-words.ts';
import { type Dial, digitsOf } from './program-dials.ts';

type DialSliderProps = { dial: Dial; value: number; onChange: (value: number) => void };

/** One number between two ends, by pointer, keyboard or typing. */
export function DialSlider({ dial, value, onChange }: DialSliderProps) {
  const say = useWords(competeWords);
  const pick = usePick();
  const id = useId();
  const { min, max, step, initial, unit } = dial;
  const written = (number: number) => number.toFixed(digitsOf(step));
  return (
    <div className="dial">
      <div className="dial-head">
        <label htmlFor={id}>{pick(dial.label)}</label>
        <output htmlFor={id} className="figures">
          {written(value)} <span>{unit}</span>
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={`${written(value)} ${unit}`}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <div className="dial-ends figures">
        <span>{written(min)}</span>
        {value === initial ? (
          <span>{say('initial', { value: written(initial) })}</span>
        ) : (
          <Button kind="quiet" onClick={() => onChange(initial)}>
            {say('reset')}
          </Button>
        )}
        <span>{written(max)}</span>
      </div>
    </div>
  );
}
