package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas as files beside the code. */
@SuppressWarnings("SameNameButDifferent") // one event after another, as a class changes
final class EventSchemasTest {

  interface First {
    sealed interface Event {
      record Opened(String owner) implements Event {}

      record Deposited(long amount) implements Event {}
    }
  }

  /** A field more that may be missing. */
  interface Wider {
    sealed interface Event {
      record Opened(String owner, Optional<String> branch) implements Event {}

      record Deposited(long amount) implements Event {}
    }
  }

  /** A field changed, and another renamed. */
  interface Broken {
    sealed interface Event {
      record Opened(String holder) implements Event {}

      record Deposited(int amount) implements Event {}
    }
  }

  @TempDir private Path temporary;

  private Path folder() {
    return temporary.resolve("src/events");
  }

  private static final JsonCodec<First.Event> FIRST = JsonCodec.of(First.Event.class);

  private List<String> files() throws IOException {
    try (var files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void nothingIsWrittenUnlessAskedFor() throws IOException {
    EventSchemas schemas = EventSchemas.of(FIRST);

    assertThatThrownBy(() -> schemas.check(folder()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Deposited, version 1: no schema is recorded")
        .hasMessageContaining("Opened, version 1: no schema is recorded")
        .hasMessageContaining("-Ddaybook.schemas=write")
        .hasMessageContaining("Opened.v1.json");
    assertThat(folder()).doesNotExist();

    schemas.write(folder());
    assertThat(files()).containsExactly("Deposited.v1.json", "Opened.v1.json");
    assertThat(folder().resolve("Opened.v1.json"))
        .hasContent(schemas.schemaOf(First.Event.Opened.class));
    assertThat(schemas.schemaOf(First.Event.Opened.class))
        .isEqualTo(
            """
            {
              "$schema" : "https://json-schema.org/draft/2020-12/schema",
              "title" : "Opened, version 1",
              "type" : "object",
              "properties" : {
                "owner" : {
                  "type" : "string"
                }
              },
              "required" : [ "owner" ]
            }
            """);
    assertThatCode(() -> schemas.check(folder())).doesNotThrowAnyException();
  }

  @Test
  void whatIsIncompatibleIsToldByNameAndWithWhatToDo() {
    EventSchemas.of(FIRST).write(folder());
    EventSchemas broken = EventSchemas.of(JsonCodec.of(Broken.Event.class));

    assertThatThrownBy(() -> broken.check(folder()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Opened, version 1: changed incompatibly")
        .hasMessageContaining("- owner is gone; was it renamed to holder?")
        .hasMessageContaining("- holder is new and required")
        .hasMessageContaining("upcast(Opened.class, 1, json -> …)")
        .hasMessageContaining("record version 2 with -Ddaybook.schemas=write")
        .hasMessageContaining("Deposited, version 1: changed incompatibly")
        .hasMessageContaining("- amount was a whole number (int64), is a whole number (int32)");
    // and writing does not help
    assertThatThrownBy(() -> broken.write(folder())).isInstanceOf(AssertionError.class);
    assertThatCode(() -> EventSchemas.of(FIRST).check(folder())).doesNotThrowAnyException();
  }

  @Test
  void aHigherVersionHasASchemaOfItsOwn() throws IOException {
    EventSchemas.of(FIRST).write(folder());
    EventSchemas next =
        EventSchemas.of(
            JsonCodec.of(
                Broken.Event.class,
                types ->
                    types
                        .upcast(Broken.Event.Opened.class, 1, json -> json.put("holder", "?"))
                        .upcast(Broken.Event.Deposited.class, 1, json -> json)));

    assertThatThrownBy(() -> next.check(folder()))
        .hasMessageContaining("Opened, version 2: no schema is recorded")
        .hasMessageNotContaining("version 1");
    next.write(folder());
    assertThat(files())
        .containsExactly(
            "Deposited.v1.json", "Deposited.v2.json", "Opened.v1.json", "Opened.v2.json");
    assertThatCode(() -> next.check(folder())).doesNotThrowAnyException();
    assertThatThrownBy(() -> EventSchemas.of(FIRST).check(folder()))
        .hasMessageContaining(
            "Opened, version 2: is recorded, and the codec's newest version is 1");
  }

  @Test
  void whatWidensIsRecordedSoThatItIsHeldToAfterwards() {
    EventSchemas.of(FIRST).write(folder());
    EventSchemas wider = EventSchemas.of(JsonCodec.of(Wider.Event.class));

    assertThatThrownBy(() -> wider.check(folder()))
        .hasMessageContaining("Opened, version 1: changed compatibly")
        .hasMessageContaining("- branch is new and optional")
        .hasMessageNotContaining("Deposited");
    wider.write(folder());
    assertThatCode(() -> wider.check(folder())).doesNotThrowAnyException();
    assertThatThrownBy(() -> EventSchemas.of(FIRST).check(folder()))
        .hasMessageContaining("- branch is gone");
  }

  @Test
  void theSystemPropertyWrites() throws IOException {
    System.setProperty(EventSchemas.PROPERTY, "write");
    try {
      EventSchemas.of(FIRST).check(folder());
    } finally {
      System.clearProperty(EventSchemas.PROPERTY);
    }
    assertThat(files()).hasSize(2);
  }

  @Test
  void aTypeThatTheCodecForgotIsMissed() {
    EventSchemas.of(FIRST).write(folder());

    EventSchemas fewer = EventSchemas.of(JsonCodec.of(First.Event.Opened.class));
    assertThatThrownBy(() -> fewer.check(folder()))
        .hasMessageContaining("Deposited, version 1: is recorded, and the codec does not know")
        .hasMessageContaining("formerly(…), split(…) or dropped(…)");
    EventSchemas dropped =
        EventSchemas.of(
            JsonCodec.of(First.Event.Opened.class, types -> types.dropped("Deposited")));
    assertThatCode(() -> dropped.check(folder())).doesNotThrowAnyException();
  }

  @Test
  void aFormerNameIsHeldToWhatItRecorded() {
    EventSchemas.of(FIRST).write(folder());
    EventSchemas renamed =
        EventSchemas.of(
            JsonCodec.of(
                First.Event.class,
                types ->
                    types
                        .named(First.Event.Opened.class, "AccountOpened")
                        .formerly("Opened", First.Event.Opened.class)));
    assertThatThrownBy(() -> renamed.check(folder()))
        .hasMessageContaining("AccountOpened, version 1: no schema is recorded")
        .hasMessageNotContaining(" Opened, version 1");
    renamed.write(folder());

    EventSchemas broken =
        EventSchemas.of(
            JsonCodec.of(
                Broken.Event.class,
                types ->
                    types
                        .named(Broken.Event.Opened.class, "AccountOpened")
                        .formerly("Opened", Broken.Event.Opened.class)));
    assertThatThrownBy(() -> broken.check(folder()))
        .hasMessageContaining("AccountOpened, version 1: changed incompatibly")
        .hasMessageContaining("\n  Opened, version 1: changed incompatibly");
  }

  @Test
  void anUpcasterThatIsMissingIsMissed() {
    EventSchemas.of(FIRST).write(folder());
    EventSchemas gap =
        EventSchemas.of(
            JsonCodec.of(
                First.Event.class,
                types -> types.upcast(First.Event.Opened.class, 2, json -> json)));
    assertThatThrownBy(() -> gap.check(folder()))
        .hasMessageContaining("Opened, version 1: is recorded, and no upcaster leads on from");
  }

  @Test
  void namesOfTypesFitFileNames() throws IOException {
    EventSchemas schemas =
        EventSchemas.of(
            JsonCodec.of(
                First.Event.Opened.class,
                types -> types.named(First.Event.Opened.class, "a/b: Öffnung")));
    schemas.write(folder());

    assertThat(files()).containsExactly("a%2Fb%3A+%C3%96ffnung.v1.json");
    assertThatCode(() -> schemas.check(folder())).doesNotThrowAnyException();
  }

  @Test
  void filesThatAreNoSchemasAreNamed() throws IOException {
    EventSchemas schemas = EventSchemas.of(FIRST);
    schemas.write(folder());
    Files.writeString(folder().resolve("notes.txt"), "of no interest");
    Files.writeString(folder().resolve("Opened.json"), "{}");
    Files.writeString(folder().resolve("Deposited.v1.json"), "{");

    assertThatThrownBy(() -> schemas.check(folder()))
        .hasMessageContaining("Opened.json: is not named Type.vN.json")
        .hasMessageContaining("Deposited.v1.json: is not JSON");
  }
}
