import { gradientSuite } from "../../support/gradientSuite.ts";

gradientSuite("mlp", 4);
