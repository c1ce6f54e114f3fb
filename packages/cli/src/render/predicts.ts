import type { Target } from "psilon";

/** The targets by name, or the target with its classes, of which at most so many are shown. */
export function predictsText(target: Target, most = Number.POSITIVE_INFINITY): string {
  if (target.task === "regression") return target.names.join(", ");
  const { name, classes } = target;
  return `${name}: ${classes.slice(0, most).join(", ")}${classes.length > most ? ", …" : ""}`;
}
