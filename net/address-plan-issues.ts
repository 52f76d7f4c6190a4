import { allocatePlan } from "./address-allocation";
import { clashIssues } from "./address-clashes";
import { placementIssues } from "./address-placement";
import type { AddressPlan } from "./address-plan";
import { planClaims } from "./address-plan-claims";
import { planValueIssues } from "./address-plan-values";
import { PLAN_SHAPE } from "./address-plan-shape";
import type { Issues } from "./issues";
import { parsePlain } from "./plain";
import { shapeIssues } from "./shape";

/**
 * Every reason why the addresses of a plan do not fit together.
 *
 * First each value for itself; only once all of them can be read, how they stand to each other.
 */
export function planIssues(declared: AddressPlan, path = "plan"): Issues {
  const { value, issues } = parsePlain(path, declared);
  const shape = issues.length > 0 ? issues : shapeIssues(path, value, PLAN_SHAPE);
  const plan = value ?? {};
  const values = shape.length > 0 ? shape : planValueIssues(path, plan);
  if (values.length > 0) return values;
  const full = allocatePlan(plan);
  return [...placementIssues(path, plan, full), ...clashIssues(planClaims(path, plan, full))];
}
