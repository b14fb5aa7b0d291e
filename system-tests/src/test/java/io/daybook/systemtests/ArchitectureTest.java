package io.daybook.systemtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The direction of dependencies: who may call whom, between the modules and inside the engine. */
@Tag("long")
class ArchitectureTest {
  private static final JavaClasses DAYBOOK =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.daybook");

  private static final String JDK = "java..";
  private static final String JSPECIFY = "org.jspecify..";
  private static final String EVENTSTORE = "io.daybook.eventstore..";
  private static final String EVENTSOURCING = "io.daybook.eventsourcing..";

  static Stream<Arguments> whatEachModuleMayUse() {
    return Stream.of(
        module("eventstore"),
        module("tck", EVENTSTORE, "org.junit.jupiter..", "org.opentest4j..", "org.apiguardian.."),
        module("engine", EVENTSTORE, "javax.crypto..", "jdk.jfr..", "com.github.luben.zstd.."),
        module("eventsourcing", EVENTSTORE, "javax.crypto.."),
        module(
            "jackson",
            EVENTSTORE,
            EVENTSOURCING,
            "tools.jackson..",
            "com.fasterxml.jackson.annotation.."),
        module("jdbc", EVENTSTORE, EVENTSOURCING, "javax.sql.."),
        module("micrometer", EVENTSTORE, EVENTSOURCING, "io.micrometer.."),
        module("opentelemetry", EVENTSTORE, EVENTSOURCING, "io.opentelemetry.."),
        module("testkit", EVENTSTORE, EVENTSOURCING, "org.assertj.."));
  }

  private static Arguments module(String name, String... uses) {
    return Arguments.of(
        name,
        Stream.concat(Stream.of("io.daybook." + name + "..", JDK, JSPECIFY), Stream.of(uses))
            .toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whatEachModuleMayUse")
  void aModuleUsesOnlyWhatIsBelowIt(String module, String[] uses) {
    classes()
        .that()
        .resideInAPackage("io.daybook." + module + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(uses)
        .check(DAYBOOK);
  }

  @Test
  void theCommandFindsStoresWithoutKnowingThem() {
    noClasses()
        .that()
        .resideInAPackage("io.daybook.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.daybook.engine..", "io.daybook.examples..")
        .check(DAYBOOK);
  }

  @Test
  void insideTheEngineNoLayerUsesOneAboveIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("keys")
        .definedBy("io.daybook.engine.keys")
        .layer("io")
        .definedBy("io.daybook.engine.io")
        .layer("log")
        .definedBy("io.daybook.engine.log")
        .layer("index")
        .definedBy("io.daybook.engine.index")
        .layer("tree")
        .definedBy("io.daybook.engine.tree")
        .layer("proof")
        .definedBy("io.daybook.engine.proof")
        .layer("verify")
        .definedBy("io.daybook.engine.verify")
        .layer("face")
        .definedBy("io.daybook.engine")
        .whereLayer("keys")
        .mayOnlyBeAccessedByLayers("io", "face")
        .whereLayer("io")
        .mayOnlyBeAccessedByLayers("log", "index", "tree", "proof", "verify", "face")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("index", "tree", "proof", "verify", "face")
        .whereLayer("index")
        .mayOnlyBeAccessedByLayers("verify", "face")
        .whereLayer("tree")
        .mayOnlyBeAccessedByLayers("proof", "verify", "face")
        .whereLayer("proof")
        .mayOnlyBeAccessedByLayers("face")
        .whereLayer("verify")
        .mayOnlyBeAccessedByLayers("face")
        .whereLayer("face")
        .mayNotBeAccessedByAnyLayer()
        .check(DAYBOOK);
  }

  @Test
  void everyPackageOfTheEngineIsALayer() {
    noClasses()
        .that()
        .resideInAPackage("io.daybook.engine..")
        .should()
        .resideOutsideOfPackages(
            "io.daybook.engine",
            "io.daybook.engine.keys",
            "io.daybook.engine.io",
            "io.daybook.engine.log",
            "io.daybook.engine.index",
            "io.daybook.engine.tree",
            "io.daybook.engine.proof",
            "io.daybook.engine.verify")
        .check(DAYBOOK);
  }

  @Test
  void theEngineLogsWithSystemLoggerOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.daybook.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .check(DAYBOOK);
  }

  @Test
  void packagesDependOnEachOtherInOneDirection() {
    slices().matching("io.daybook.(**)").should().beFreeOfCycles().check(DAYBOOK);
  }

  @ParameterizedTest
  @CsvSource({"util", "utils", "common", "impl"})
  void noPackageHasANameThatSaysNothing(String name) {
    noClasses().should().resideInAPackage("io.daybook.." + name + "..").check(DAYBOOK);
  }
}
