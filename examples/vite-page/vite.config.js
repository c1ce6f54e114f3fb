export default {
  build: { target: "es2022" },
  // Workers of modules, as the page's own scripts are.
  worker: { format: "es" },
};
