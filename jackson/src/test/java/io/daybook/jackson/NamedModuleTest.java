package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that is a named module: its public records in an exported package are written and
 * read though it opens nothing, and no flag is given.
 */
final class NamedModuleTest {
  private static final String MODULE =
      """
      module bank {
        requires io.daybook.jackson;
        exports bank;
      }
      """;

  private static final String EVENTS =
      """
      package bank;

      public sealed interface Events {
        record Opened(String owner, java.util.Optional<Kind> kind) implements Events {}
        record Deposited(java.math.BigDecimal amount) implements Events {}
        record Closed() implements Events {}
        enum Kind { CURRENT, SAVINGS }
      }
      """;

  private static final String MAIN =
      """
      package bank;

      import io.daybook.eventsourcing.audit.Audit;
      import io.daybook.eventstore.*;
      import io.daybook.jackson.*;

      public final class Main implements java.util.function.Supplier<String> {
        public String get() {
          var codec = JsonCodec.of(Events.class);
          var result = new StringBuilder();
          for (Events event : new Events[] {
              new Events.Opened("Ada", java.util.Optional.of(Events.Kind.SAVINGS)),
              new Events.Deposited(new java.math.BigDecimal("1.10")), new Events.Closed()}) {
            Event encoded = codec.encode(Event.newId(), event, Audit.by("ada"));
            var stored = new RecordedEvent(
                new Position(0), "a-1", new Revision(0), java.time.Instant.EPOCH, encoded);
            result.append(codec.decode(stored).getFirst().equals(event)).append(' ');
          }
          var state = JsonState.of(Events.class);
          result.append(state.decode(state.encode(new Events.Closed())));
          return result.append(' ').append(Main.class.getModule().getName()).toString();
        }
      }
      """;

  @Test
  void publicRecordsOfANamedModuleNeedNoFlags(@TempDir Path directory) throws Exception {
    List<Path> modules = modulePath();
    Path application = compile(directory, modules);
    var paths = new ArrayList<>(modules);
    paths.add(application);
    ModuleFinder finder = ModuleFinder.of(paths.toArray(Path[]::new));
    Configuration configuration =
        ModuleLayer.boot().configuration().resolve(ModuleFinder.of(), finder, Set.of("bank"));
    ModuleLayer layer =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());

    Object main =
        layer.findLoader("bank").loadClass("bank.Main").getDeclaredConstructor().newInstance();

    assertThat(((Supplier<?>) main).get()).isEqualTo("true true true Closed[] bank");
  }

  /** What the application needs, from the class path of the tests. */
  private static List<Path> modulePath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("test-classes"))
        .map(Path::of)
        .filter(Files::exists)
        .filter(path ->
            ModuleFinder.of(path).findAll().stream()
                .map(module -> module.descriptor().name())
                .anyMatch(name ->
                    name.startsWith("io.daybook.")
                        || name.startsWith("tools.jackson.")
                        || name.equals("com.fasterxml.jackson.annotation")
                        || name.equals("org.jspecify")))
        .toList();
  }

  private static Path compile(Path directory, List<Path> modules) throws IOException {
    Path sources = Files.createDirectories(directory.resolve("src/bank"));
    Files.writeString(sources.resolveSibling("module-info.java"), MODULE);
    Files.writeString(sources.resolve("Events.java"), EVENTS);
    Files.writeString(sources.resolve("Main.java"), MAIN);
    Path classes = directory.resolve("classes");
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var output = new StringWriter();
      boolean compiled =
          compiler
              .getTask(
                  output,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "--module-path",
                      modules.stream()
                          .map(Path::toString)
                          .collect(Collectors.joining(File.pathSeparator))),
                  null,
                  files.getJavaFileObjects(
                      sources.resolveSibling("module-info.java"),
                      sources.resolve("Events.java"),
                      sources.resolve("Main.java")))
              .call();
      assertThat(compiled).as(output.toString()).isTrue();
    }
    return classes;
  }
}
