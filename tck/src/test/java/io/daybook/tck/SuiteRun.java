package io.daybook.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A run of contracts against one store, from within a test.
 *
 * @param outcomes what became of each test, by its name
 */
record SuiteRun(Map<String, TestExecutionResult> outcomes) {

  /** Runs all tests of a fixture. */
  static SuiteRun of(Class<? extends StoreFixture> fixture) {
    return of(List.of(selectClass(fixture)));
  }

  /** Runs these tests of a fixture. */
  static SuiteRun of(Class<? extends StoreFixture> fixture, String... tests) {
    return of(Arrays.stream(tests).map(test -> selectMethod(fixture, test)).toList());
  }

  /** These tests of a fixture must fail. */
  static void assertCaught(Class<? extends StoreFixture> fixture, String... tests) {
    assertThat(of(fixture, tests).failed()).containsOnlyKeys(tests);
  }

  private static SuiteRun of(List<? extends DiscoverySelector> selectors) {
    var outcomes = new TreeMap<String, TestExecutionResult>();
    var listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            test.getSource()
                .filter(_ -> test.isTest())
                .map(MethodSource.class::cast)
                .ifPresent(method -> outcomes.put(method.getMethodName(), result));
          }
        };
    var quiet =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .build();
    LauncherFactory.create(quiet)
        .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectors).build(), listener);
    return new SuiteRun(outcomes);
  }

  /** The tests that passed. */
  Map<String, TestExecutionResult> passed() {
    return withStatus(TestExecutionResult.Status.SUCCESSFUL);
  }

  /** The tests that failed. */
  Map<String, TestExecutionResult> failed() {
    return withStatus(TestExecutionResult.Status.FAILED);
  }

  private Map<String, TestExecutionResult> withStatus(TestExecutionResult.Status status) {
    return outcomes.entrySet().stream()
        .filter(outcome -> outcome.getValue().getStatus() == status)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
