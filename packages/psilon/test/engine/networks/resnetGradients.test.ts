import { gradientSuite } from "../../support/gradientSuite.ts";

gradientSuite("resnet", 2);
