/** |A ∩ B|/|A ∪ B| of the points where a logit is above 0 and those with the label 1; 1 where there are neither. */
export function intersectionOverUnion(logits, labels) {
  let both = 0;
  let any = 0;
  for (let k = 0; k < labels.length; k++) {
    const predicted = logits[k] > 0;
    if (predicted && labels[k]) both++;
    if (predicted || labels[k]) any++;
  }
  return any === 0 ? 1 : both / any;
}
