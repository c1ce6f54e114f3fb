/** A copy of what a network has learned, taken by `keep` and put back by `restore`. */
export function createLastGood({ parameters, state }) {
  const tensors = [...parameters.flatMap(({ raw, lengths }) => (lengths ? [raw, lengths] : [raw])), ...state];
  const copies = tensors.map(({ data }) => data.slice());
  return {
    keep() {
      for (let k = 0; k < tensors.length; k++) copies[k].set(tensors[k].data);
    },
    restore() {
      for (let k = 0; k < tensors.length; k++) tensors[k].data.set(copies[k]);
      for (const parameter of parameters) parameter.normalize();
    },
  };
}
