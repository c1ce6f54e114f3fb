import { InputError } from "psilon";
import { adam, adamW, pAdam } from "psilon/engine";

/** The norm of pAdam's decay where none is named: below 1, so that weights go to 0 (arXiv:2404.10824). */
const P = 0.8;

/** The optimizer of a name, "adam", "adamw" or "padam", with the λ of its decay and the norm p that it is of. */
export function optimizerOf({ optimizer = "adam", decay, p }) {
  if (p !== undefined && optimizer !== "padam") {
    throw new InputError({
      code: "conflicting-arguments",
      found: `A norm p is of the decay of "padam", but the optimizer is "${optimizer}"`,
      remedy: "leave out --p, or choose --optimizer padam",
    });
  }
  if (optimizer === "adam") {
    if (decay === undefined) return adam();
    throw new InputError({
      code: "conflicting-arguments",
      found: `The optimizer "adam" has no decay, but a decay of ${decay} was given`,
      remedy: "choose --optimizer adamw or --optimizer padam",
    });
  }
  if (decay === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: `The optimizer "${optimizer}" decays weights, but no decay was given`,
      remedy: "add --decay, such as --decay 0.01",
    });
  }
  return optimizer === "adamw" ? adamW({ lambda: decay }) : pAdam({ p: p ?? P, lambda: decay });
}
