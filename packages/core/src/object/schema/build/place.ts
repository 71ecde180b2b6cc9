/** Where in the declarations something is wrong: details of an error. */
export type Place = Readonly<Record<'class' | 'method' | 'attribute', string | undefined>>;

export function placeOf(className?: string, method?: string, attribute?: string): Place {
  return { class: className, method, attribute };
}
