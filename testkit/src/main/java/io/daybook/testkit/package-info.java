/**
 * Given events, when a command, then events or a refusal: tests of deciders as the business speaks;
 * and given events, then a view: tests of projections.
 *
 * <p>Begin with {@link io.daybook.testkit.Scenario}; for decisions by a model of views with {@link
 * io.daybook.testkit.DecisionScenario}, for a process manager with {@link
 * io.daybook.testkit.ProcessScenario}, for a projection with {@link
 * io.daybook.testkit.ProjectionScenario}. {@link io.daybook.testkit.TestClock} makes time pass. A
 * step that fails throws an {@link AssertionError}, so every test framework will do.
 */
@NullMarked
package io.daybook.testkit;

import org.jspecify.annotations.NullMarked;
