package io.daybook.testkit.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventsourcing.privacy.InMemorySubjectKeys;
import io.daybook.eventsourcing.privacy.SubjectForgottenException;
import io.daybook.eventsourcing.privacy.SubjectKeysException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import io.daybook.eventstore.Position;
import io.daybook.eventstore.RecordedEvent;
import io.daybook.eventstore.Revision;
import io.daybook.jackson.JsonCodec;
import io.daybook.testkit.privacy.Customer.Event.Counted;
import io.daybook.testkit.privacy.Customer.Event.Described;
import io.daybook.testkit.privacy.Customer.Event.Introduced;
import io.daybook.testkit.privacy.Customer.Event.Mark;
import io.daybook.testkit.privacy.Customer.Event.Noted;
import io.daybook.testkit.privacy.Customer.Event.Registered;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;

final class PersonalFieldsTest {
  private final InMemorySubjectKeys keys = new InMemorySubjectKeys();
  private final JsonCodec<Customer.Event> codec = Customer.codec(keys);
  private final JsonCodec<Customer.Event> plain = JsonCodec.of(Customer.Event.class);

  @Test
  void whatIsPersonalIsReadBackAndStoredSealed() {
    Event event = encode(Customer.ada());

    assertThat(event.data().text())
        .startsWith("{\"customerId\":\"c-1\",\"name\":{\"@personal\":\"c-1\",\"key\":1,\"sealed\":")
        .doesNotContain("Ada ", "1815-12-10", "St James", "\"age\":36", "1.10");
    assertThat(codec.decode(stored(event))).containsExactly(Customer.ada());
  }

  @Test
  void everythingElseStaysToTheByte() {
    for (Customer.Event event :
        List.of(new Counted(7), Mark.GOLD, new Described("c-1", Map.of("a", List.of(1.50))))) {
      assertThat(encode(event).data()).isEqualTo(plain.encode(id(), event, Audit.none()).data());
      assertThat(encode(event).tags()).isEmpty();
    }
  }

  @Test
  void whoIsForgottenIsReadAsPlaceholders() {
    Event event = encode(Customer.ada());
    keys.forget(List.of("c-1"));

    assertThat(codec.decode(stored(event)))
        .containsExactly(new Registered("c-1", "[forgotten]", null, null, -1, null));
  }

  @Test
  void anEventAboutTwoIsForgottenByHalves() {
    Event event = encode(new Introduced("c-1", "c-2", "a friend", "Charles"));
    assertThat(event.tags()).containsExactly("$subject:c-1", "$subject:c-2");
    keys.forget(List.of("c-2"));

    assertThat(codec.decode(stored(event)))
        .containsExactly(new Introduced("c-1", "c-2", "a friend", "[forgotten]"));
  }

  @Test
  void nothingIsSealedForWhoIsForgotten() {
    keys.forget(List.of("c-1"));

    assertThatThrownBy(() -> encode(Customer.ada()))
        .isInstanceOf(SubjectForgottenException.class)
        .hasMessageContaining("c-1");
  }

  @Test
  void whatWasWrittenBeforeItWasDeclaredIsReadAsItIs() {
    Event event = plain.encode(id(), Customer.ada(), Audit.none());

    assertThat(codec.decode(stored(event))).containsExactly(Customer.ada());
  }

  @Test
  void aKeyThatIsRotatedStillOpensWhatItSealed() {
    Event before = encode(new Noted("c-1", "before"));
    var _ = keys.rotate("c-1");
    Event after = encode(new Noted("c-1", "after"));

    assertThat(after.data().text()).contains("\"key\":2");
    assertThat(codec.decode(stored(before))).containsExactly(new Noted("c-1", "before"));
    assertThat(codec.decode(stored(after))).containsExactly(new Noted("c-1", "after"));
  }

  @Test
  void aMissingKeyIsNotPassedOffAsForgotten() {
    Event event = encode(new Noted("c-1", "secret"));
    JsonCodec<Customer.Event> elsewhere = Customer.codec(new InMemorySubjectKeys());

    assertThatThrownBy(() -> elsewhere.decode(stored(event)))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("key 1 of the subject c-1 is not in");
  }

  @Test
  void keysOfAnotherStoreDoNotOpen() {
    Event event = encode(new Noted("c-1", "secret"));
    var others = new InMemorySubjectKeys();
    var _ = others.current("c-1");

    assertThatThrownBy(() -> Customer.codec(others).decode(stored(event)))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("the personal field note does not open with key 1 of c-1");
  }

  @Test
  void aSealedFieldOpensInItsPlaceOnly() {
    Event event = encode(new Noted("c-1", "secret"));
    Event both = encode(new Introduced("c-1", "c-1", "a friend", "Charles"));

    List<Event> moved =
        List.of(
            event.withId(id()),
            with(event, "Remarked", event.data().text()),
            with(event, "Noted", flipped(event.data().text())),
            with(
                both,
                "Introduced",
                both.data()
                    .text()
                    .replace("words", "x")
                    .replace("friendsName", "words")
                    .replace("\"x\"", "\"friendsName\"")));
    for (Event one : moved) {
      assertThatThrownBy(() -> codec.decode(stored(one)))
          .isInstanceOf(UndecodableEventException.class)
          .hasMessageContaining("does not open");
    }
  }

  private static Event with(Event event, String type, String json) {
    return new Event(event.id(), type, List.of(), Payload.json(json), Payload.empty());
  }

  private static String flipped(String json) {
    int at = json.indexOf("\"sealed\":\"") + 30;
    return json.substring(0, at) + (json.charAt(at) == 'A' ? 'B' : 'A') + json.substring(at + 1);
  }

  @Test
  void whatBeginsAsSealedAndIsNotIsAnError() {
    Event event =
        Event.json("Noted", "{\"customerId\":\"c-1\",\"note\":{\"@personal\":\"c-1\",\"key\":1}}");

    assertThatThrownBy(() -> codec.decode(stored(event)))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("the personal field note is not a sealed one");
  }

  @Test
  void whatWouldBeTakenForSealedIsRefused() {
    var event = new Described("c-1", Map.of("@personal", "x"));

    assertThatThrownBy(() -> encode(event))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the field traits of an event of type Described");
  }

  @Test
  void personalTagsAreHashedAndFound() {
    Event event = encode(Customer.ada());
    String tag = codec.storedTag("name:" + Customer.ada().name());

    assertThat(event.tags()).containsExactly(tag, "age:36", "$subject:c-1");
    assertThat(tag).startsWith("name:").hasSize(5 + 43).doesNotContain("Ada");
    assertThat(tag).isEqualTo(encode(Customer.ada()).tags().getFirst());
    assertThat(codec.storedTag("age:36")).isEqualTo("age:36");
    assertThat(Customer.codec(new InMemorySubjectKeys()).storedTag("name:Ada"))
        .isNotEqualTo(codec.storedTag("name:Ada"));
  }

  @Test
  void otherNamesOfFieldsAndIndentedJsonAreMet() {
    JsonCodec<Customer.Event> snake =
        JsonCodec.of(Customer.Event.class)
            .withMapper(mapper ->
                mapper
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT))
            .withPersonal(
                keys,
                personal ->
                    personal.fields(Introduced.class, Introduced::friendId, "friends_name"));
    var introduced = new Introduced("c-1", "c-2", "a friend", "Charles");
    Event event = snake.encode(id(), introduced, Audit.none());

    assertThat(event.data().text()).doesNotContain("Charles").contains("\"a friend\"");
    assertThat(snake.decode(stored(event))).containsExactly(introduced);
  }

  @Test
  void aFieldThatIsNotWrittenIsRefusedAtOnce() {
    assertThatThrownBy(() ->
            plain.withPersonal(
                keys, personal -> personal.fields(Noted.class, Noted::customerId, "nota")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not written with a field nota")
        .hasMessageContaining("[customerId, note]");
  }

  @Test
  void aNumberThatCannotBeNullNeedsAPlaceholder() {
    assertThatThrownBy(() ->
            plain.withPersonal(
                keys, personal -> personal.fields(Registered.class, Registered::customerId, "age")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the personal field age")
        .hasMessageContaining("placeholder");
  }

  @Test
  void aPlaceholderHasToFit() {
    assertThatThrownBy(() ->
            plain.withPersonal(
                keys,
                personal ->
                    personal
                        .fields(Registered.class, Registered::customerId, "born")
                        .placeholder(Registered.class, "born", "long ago")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the placeholder long ago does not fit the field born");
  }

  sealed interface Strict {
    record Joined(String id, Mail mail) implements Strict {
      public Joined {
        Objects.requireNonNull(mail, "mail");
      }
    }

    record Mail(String address) {}
  }

  @Test
  void aClassThatDoesNotTakeThePlaceholderIsRefusedBeforeAnythingIsStored() {
    JsonCodec<Strict> strict =
        JsonCodec.of(Strict.class)
            .withPersonal(
                keys, personal -> personal.fields(Strict.Joined.class, Strict.Joined::id, "mail"));

    assertThatThrownBy(() ->
            strict.encode(id(), new Strict.Joined("c-1", new Strict.Mail("a@b.c")), Audit.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("could not be read any more when its subject is forgotten");
  }

  sealed interface Renamed {
    record Joined(String id, String name) implements Renamed {}
  }

  @Test
  void upcastersSeeWhatWasSealedInFieldsOfEarlierVersions() {
    Event event = encode(new Noted("c-1", "Ada"));
    JsonCodec<Renamed> today =
        JsonCodec.of(
                Renamed.class,
                types ->
                    types
                        .formerly("Noted", Renamed.Joined.class)
                        .upcast(
                            Renamed.Joined.class,
                            1,
                            json -> {
                              json.set("id", json.get("customerId"));
                              json.put(
                                  "name", json.get("note").stringValue().toUpperCase(Locale.ROOT));
                              return json;
                            }))
            .withPersonal(
                keys,
                personal ->
                    personal
                        .fields(Renamed.Joined.class, Renamed.Joined::id, "name")
                        .formerField("Noted", "note", "nobody"));

    assertThat(today.decode(stored(event))).containsExactly(new Renamed.Joined("c-1", "ADA"));
    keys.forget(List.of("c-1"));
    assertThat(today.decode(stored(event))).containsExactly(new Renamed.Joined("c-1", "NOBODY"));
  }

  @Test
  void aSubjectHasToBeNamed() {
    JsonCodec<Customer.Event> without =
        plain.withPersonal(keys, personal -> personal.fields(Noted.class, _ -> " ", "note"));

    assertThatThrownBy(() -> without.encode(id(), new Noted("c-1", "x"), Audit.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the id of a subject is blank");
  }

  private Event encode(Customer.Event event) {
    return codec.encode(id(), event, Audit.none());
  }

  private static UUID id() {
    return Event.newId();
  }

  private static RecordedEvent stored(Event event) {
    return new RecordedEvent(new Position(0), "customer-1", new Revision(0), Instant.EPOCH, event);
  }
}
