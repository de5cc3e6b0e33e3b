/** Fields, filters, questions. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

let lastField = 0;
function useId(): string {
  const id = useRef('');
  if (!id.current) id.current = `field-${++lastField}`;
  return id.current;
}

interface FieldProps {
  label: string;
  hint?: string;
}

export function Field({ label, hint, children }: FieldProps & { children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  value,
  onValue,
  type = 'text',
  list,
  ...rest
}: FieldProps & {
  value: string;
  onValue: (value: string) => void;
  type?: string;
  list?: string[];
  min?: number;
  step?: string;
}) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <>
          <input
            id={id}
            type={type as 'text'}
            value={value}
            autocomplete="off"
            spellcheck={false}
            list={list && `${id}-list`}
            aria-describedby={hint && `${id}-hint`}
            onInput={(event) => onValue(event.currentTarget.value)}
            {...rest}
          />
          {list && (
            <datalist id={`${id}-list`}>
              {list.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

/** A text field that tells what was typed once the typing pauses, and at once when it is left or Enter is pressed. */
export function LateTextField({ value, onValue, ...rest }: Parameters<typeof TextField>[0]) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = (to: string) => {
    if (to === told.current) return;
    told.current = to;
    onValue(to);
  };
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => tell(text), 400);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span class="late" onFocusOut={() => tell(text)} onKeyDown={(event) => event.key === 'Enter' && tell(text)}>
      <TextField value={text} onValue={setText} {...rest} />
    </span>
  );
}

const isoDate = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** A date as ISO 8601 writes it, typed or picked. What is no date yet is not told. */
export function DateField({
  label,
  value,
  onValue,
  min,
  max,
}: FieldProps & { value: string; onValue: (value: string) => void; min?: string; max?: string }) {
  const [text, setText] = useState(value);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);
  const wrong = text !== '' && !isoDate.test(text);
  const take = (to: string) => {
    setText(to);
    if (to === '' || isoDate.test(to)) onValue(to);
  };
  return (
    <Field label={label}>
      {(id) => (
        <span class="date">
          <input
            id={id}
            value={text}
            placeholder="YYYY-MM-DD"
            inputMode="numeric"
            maxLength={10}
            autocomplete="off"
            aria-invalid={wrong && text.length === 10 ? 'true' : undefined}
            onInput={(event) => take(event.currentTarget.value.trim())}
            onBlur={() => wrong && setText(value)}
          />
          <input
            ref={picker}
            type="date"
            tabIndex={-1}
            aria-hidden="true"
            value={value}
            min={min}
            max={max}
            onChange={(event) => take(event.currentTarget.value)}
          />
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            title="Pick a date"
            onClick={() => picker.current?.showPicker?.()}
          >
            ▾
          </button>
        </span>
      )}
    </Field>
  );
}

export function Choice({
  label,
  hint,
  value,
  options,
  onValue,
}: FieldProps & { value: string; options: [string, string][]; onValue: (value: string) => void }) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <select
          id={id}
          value={value}
          aria-describedby={hint && `${id}-hint`}
          onChange={(event) => onValue(event.currentTarget.value)}
        >
          {options.map(([each, text]) => (
            <option key={each} value={each} selected={each === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Check({
  label,
  checked,
  onChecked,
}: {
  label: string;
  checked: boolean;
  onChecked: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** A few choices side by side, one of them taken. */
export function Segments({
  label,
  value,
  options,
  onValue,
}: {
  label: string;
  value: string;
  options: [string, string][];
  onValue: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {options.map(([each, text]) => (
        <label key={each}>
          <input type="radio" name={name} value={each} checked={each === value} onChange={() => onValue(each)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Several of a few words, e.g. modalities. */
export function Several({
  label,
  values,
  options,
  onValues,
}: {
  label: string;
  values: string[];
  options: string[];
  onValues: (values: string[]) => void;
}) {
  return (
    <fieldset class="several">
      <legend>{label}</legend>
      <div>
        {options.map((each) => (
          <label key={each}>
            <input
              type="checkbox"
              checked={values.includes(each)}
              onChange={(event) =>
                onValues(
                  event.currentTarget.checked
                    ? options.filter((one) => one === each || values.includes(one))
                    : values.filter((one) => one !== each),
                )
              }
            />
            <span>{each}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A button that asks first. The browser's own dialog element keeps the focus inside and gives it back. */
export function AskFirst({
  text,
  title,
  question,
  yes,
  danger = false,
  disabled = false,
  onYes,
}: {
  text: string;
  title: string;
  question: ComponentChildren;
  yes: string;
  danger?: boolean;
  disabled?: boolean;
  onYes: () => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button class={danger ? 'danger' : undefined} disabled={disabled} onClick={() => setOpen(true)}>
        {text}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <div class="question">{question}</div>
          <div class="buttons">
            <button onClick={() => setOpen(false)}>Keep as it is</button>
            <button
              class={danger ? 'danger solid' : 'primary'}
              onClick={() => {
                setOpen(false);
                onYes();
              }}
            >
              {yes}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

export function Dialog({
  title,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'wide' : undefined} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
