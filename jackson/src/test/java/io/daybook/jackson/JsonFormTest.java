package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Codec;
import io.daybook.eventsourcing.codec.UndecodableEventException;
import io.daybook.eventstore.Event;
import io.daybook.eventstore.Payload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;

/** What records become as JSON, and what JSON becomes as records. */
final class JsonFormTest {
  record Paid(BigDecimal amount) {}

  record Times(
      Instant instant,
      LocalDate date,
      LocalDateTime dateTime,
      LocalTime time,
      OffsetDateTime offset,
      ZonedDateTime zoned,
      Duration duration,
      Period period,
      YearMonth month,
      Year year,
      MonthDay day,
      ZoneId zone) {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "lawn";
      }
    };

    @Override
    public String toString() {
      return "the color " + name();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // bytes have to work, too
  record Everything(
      String text,
      int number,
      long big,
      double fraction,
      boolean yes,
      char letter,
      byte[] bytes,
      BigInteger huge,
      UUID id,
      Color color,
      Optional<String> note,
      OptionalInt count,
      OptionalLong total,
      List<Paid> list,
      Set<Color> set,
      Map<String, BigDecimal> map,
      Map<Color, Integer> colors,
      @Nullable String nothing) {}

  record Empty() {}

  record Optionals(Optional<String> note, OptionalInt count, @Nullable String remark) {}

  record Numbers(int whole, Long boxed, BigDecimal exact) {}

  /** Has a method that looks like a property, and a component that looks like a type. */
  record Looks(String type, boolean isOpen) {
    public String getOwner() {
      return "nobody";
    }

    public boolean isNegative() {
      return false;
    }
  }

  sealed interface Method {
    record Card(String number) implements Method {}

    record Cash() implements Method {}

    sealed interface Online extends Method {
      record Wallet(String name) implements Online {}
    }

    enum Other implements Method {
      BARTER
    }
  }

  record Checkout(Method method, List<Method> others) {}

  record Anything(Object value) {}

  @Test
  void aRecordIsAnObjectWithItsComponentsInTheirOrder() {
    assertThat(json(new Looks("t", true))).isEqualTo("{\"type\":\"t\",\"isOpen\":true}");
    assertThat(json(new Empty())).isEqualTo("{}");
    assertThat(roundTrip(new Looks("t", true))).isEqualTo(new Looks("t", true));
    assertThat(roundTrip(new Empty())).isEqualTo(new Empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "0",
        "0.00",
        "-0.01",
        "100",
        "1E+3",
        "1E-7",
        "0.0000001000",
        "123456789012345678.90",
        "-5",
        "9.99E+20",
        "1E-30",
        "0E-9",
        "0E+5",
        "1E+1000",
        "1E-1000"
      })
  void aBigDecimalKeepsItsDigitsAndScale(String number) {
    var paid = new Paid(new BigDecimal(number));

    assertThat(roundTrip(paid)).isEqualTo(paid);
  }

  @Test
  void aBigDecimalIsWrittenAsPeopleWriteIt() {
    assertThat(json(new Paid(new BigDecimal("1.10")))).isEqualTo("{\"amount\":1.10}");
    assertThat(json(new Paid(new BigDecimal("0.0000001000"))))
        .isEqualTo("{\"amount\":0.0000001000}");
    assertThat(json(new Paid(new BigDecimal("0E-9")))).isEqualTo("{\"amount\":0.000000000}");
    assertThat(json(new Paid(new BigDecimal("1000")))).isEqualTo("{\"amount\":1000}");
    assertThat(json(new Paid(new BigDecimal("1E+3")))).isEqualTo("{\"amount\":1E+3}");
    assertThat(json(new Paid(new BigDecimal("1E-1000")))).isEqualTo("{\"amount\":1E-1000}");
  }

  @Test
  void randomBigDecimalsComeBackEqual() {
    var random = new Random(20260101);
    for (int i = 0; i < 5_000; i++) {
      var unscaled = new BigInteger(random.nextInt(200), random);
      var value =
          new BigDecimal(
              random.nextBoolean() ? unscaled : unscaled.negate(), random.nextInt(400) - 200);
      assertThat(roundTrip(new Paid(value)).amount()).isEqualTo(value);
      assertThat(roundTrip(new Anything(Map.of("deep", List.of(value)))).value())
          .isEqualTo(
              value.scale() <= 0 && !value.toString().contains("E")
                  ? Map.of("deep", List.of(wholeNumber(value)))
                  : Map.of("deep", List.of(value)));
    }
  }

  /** A whole number in a place without a type comes back as the smallest whole number type. */
  private static Number wholeNumber(BigDecimal value) {
    BigInteger whole = value.toBigIntegerExact();
    if (whole.bitLength() < 32) {
      return whole.intValueExact();
    }
    return whole.bitLength() < 64 ? (Number) whole.longValueExact() : whole;
  }

  @Test
  void aNumberOfManyDigitsThatWasStoredCanBeReadAgain() {
    var value = new BigDecimal("7".repeat(5_000) + "." + "3".repeat(3_000));

    assertThat(roundTrip(new Paid(value)).amount()).isEqualTo(value);
  }

  @Test
  void timesAreIsoStringsAndKeepTheirZone() {
    var zone = ZoneId.of("Europe/Prague");
    var times =
        new Times(
            Instant.parse("2026-03-01T10:15:30.123456789Z"),
            LocalDate.parse("2026-03-01"),
            LocalDateTime.parse("2026-03-01T10:15:30"),
            LocalTime.parse("10:15"),
            OffsetDateTime.parse("2026-03-01T10:15:30+05:30"),
            ZonedDateTime.of(LocalDateTime.parse("2026-10-25T02:30:00"), zone)
                .withLaterOffsetAtOverlap(),
            Duration.parse("PT36H0.000000001S"),
            Period.parse("P1Y2M3D"),
            YearMonth.parse("2026-03"),
            Year.of(2026),
            MonthDay.parse("--02-29"),
            zone);

    assertThat(roundTrip(times)).isEqualTo(times);
    assertThat(json(times))
        .contains("\"instant\":\"2026-03-01T10:15:30.123456789Z\"")
        .contains("\"date\":\"2026-03-01\"")
        .contains("\"offset\":\"2026-03-01T10:15:30+05:30\"")
        .contains("\"zoned\":\"2026-10-25T02:30:00+01:00[Europe/Prague]\"")
        .contains("\"duration\":\"PT36H0.000000001S\"")
        .contains("\"zone\":\"Europe/Prague\"");
  }

  @Test
  void everyKindOfComponentComesBack() {
    var everything =
        new Everything(
            "žluťoučký \"kůň\"\n\u0000😀",
            -7,
            Long.MIN_VALUE,
            0.1,
            true,
            'ß',
            new byte[] {0, -1, 127},
            BigInteger.TWO.pow(100),
            UUID.fromString("01900000-0000-7000-8000-000000000001"),
            Color.GREEN,
            Optional.of("x"),
            OptionalInt.of(3),
            OptionalLong.empty(),
            List.of(new Paid(new BigDecimal("2.50"))),
            Set.of(Color.RED),
            Map.of("a", new BigDecimal("1.0")),
            Map.of(Color.RED, 1),
            null);

    Everything back = roundTrip(everything);

    assertThat(back).usingRecursiveComparison().isEqualTo(everything);
    assertThat(json(everything))
        .contains("\"color\":\"GREEN\"")
        .contains("\"colors\":{\"RED\":1}")
        .contains("\"bytes\":\"AP9/\"");
  }

  @Test
  void doublesComeBackToTheBit() {
    record Measured(double value, float small) {}
    var random = new Random(42);
    for (int i = 0; i < 5_000; i++) {
      var value =
          new Measured(
              Double.longBitsToDouble(random.nextLong()), Float.intBitsToFloat(random.nextInt()));
      assertThat(roundTrip(value)).isEqualTo(value);
    }
    assertThat(roundTrip(new Measured(Double.NaN, Float.NEGATIVE_INFINITY)))
        .isEqualTo(new Measured(Double.NaN, Float.NEGATIVE_INFINITY));
  }

  @Test
  void aSealedComponentCarriesItsClass() {
    var checkout =
        new Checkout(
            new Method.Card("4242"),
            List.of(new Method.Cash(), new Method.Online.Wallet("w"), Method.Other.BARTER));

    assertThat(roundTrip(checkout)).isEqualTo(checkout);
    assertThat(json(checkout)).contains("\"method\":{\"@type\":\"Card\",\"number\":\"4242\"}");
  }

  @Test
  void fieldsThatTheClassDoesNotHaveArePassedOver() {
    assertThat(read(Paid.class, "{\"amount\":1.0,\"currency\":\"EUR\",\"more\":{\"a\":[1]}}"))
        .isEqualTo(new Paid(new BigDecimal("1.0")));
  }

  @Test
  void optionalComponentsMayBeMissing() {
    assertThat(read(Optionals.class, "{}"))
        .isEqualTo(new Optionals(Optional.empty(), OptionalInt.empty(), null));
    assertThat(read(Optionals.class, "{\"note\":null,\"count\":null,\"remark\":null}"))
        .isEqualTo(new Optionals(Optional.empty(), OptionalInt.empty(), null));
  }

  @Test
  void aMissingComponentIsAnErrorThatNamesTypeFieldAndPosition() {
    assertThatThrownBy(() -> read(Paid.class, "{\"amout\":1}"))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("Paid")
        .hasMessageContaining("'amount'")
        .hasMessageContaining("position 17")
        .hasMessageContaining("thing-1")
        .hasMessageContaining("revision 3");
    assertThatThrownBy(() -> read(Numbers.class, "{\"boxed\":1,\"exact\":1}"))
        .hasMessageContaining("'whole'");
    assertThatThrownBy(
            () -> read(Checkout.class, "{\"method\":{\"@type\":\"Card\"},\"others\":[]}"))
        .hasMessageContaining("'number'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"whole\":null,\"boxed\":1,\"exact\":1}",
        "{\"whole\":1.5,\"boxed\":1,\"exact\":1}",
        "{\"whole\":\"1\",\"boxed\":1,\"exact\":1}",
        "{\"whole\":3000000000,\"boxed\":1,\"exact\":1}",
        "{\"whole\":1,\"boxed\":99999999999999999999,\"exact\":1}",
        "{\"whole\":1,\"boxed\":true,\"exact\":1}",
        "{\"whole\":1,\"boxed\":1,\"exact\":\"1\"}",
        "{\"whole\":1,\"boxed\":1,\"exact\":[1]}",
        "[1]",
        "",
        "{\"whole\":1,\"boxed\":1,\"exact\":1} x",
        "{\"whole\":1,"
      })
  void whatHasTheWrongFormIsRefused(String json) {
    assertThatThrownBy(() -> read(Numbers.class, json))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("Numbers")
        .hasMessageContaining("position 17");
  }

  @Test
  void aWrongFieldIsNamedByItsPath() {
    record Line(int quantity) {}
    record Order(List<Line> lines) {}

    assertThatThrownBy(
            () -> read(Order.class, "{\"lines\":[{\"quantity\":1},{\"quantity\":\"two\"}]}"))
        .hasMessageContaining("field lines[1].quantity");
  }

  @Test
  void anUnknownEnumConstantOrSubclassIsRefused() {
    record Painted(Color color) {}

    assertThatThrownBy(() -> read(Painted.class, "{\"color\":\"BLUE\"}"))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("BLUE");
    assertThatThrownBy(() -> read(Painted.class, "{\"color\":0}"))
        .isInstanceOf(UndecodableEventException.class);
    assertThatThrownBy(
            () -> read(Checkout.class, "{\"method\":{\"@type\":\"Cheque\"},\"others\":[]}"))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("Cheque");
  }

  @Test
  void otherContentTypesAreRefused() {
    var event =
        new Event(
            Event.newId(),
            "Paid",
            List.of(),
            Payload.of(new byte[] {1}, "application/cbor"),
            Payload.empty());

    assertThatThrownBy(() -> JsonCodec.of(Paid.class).decode(Stored.of(event)))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("application/cbor");
  }

  @Test
  void aValueThatCannotBeWrittenIsRefusedBeforeItIsStored() {
    var inCircles = new ArrayList<Object>();
    inCircles.add(inCircles);

    assertThatThrownBy(() -> json(new Anything(inCircles)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Anything");
  }

  @Test
  void theMapperCanBeChanged() {
    var codec =
        JsonCodec.of(Paid.class)
            .withMapper(builder -> builder.enable(SerializationFeature.INDENT_OUTPUT));

    assertThat(codec.encode(Event.newId(), new Paid(BigDecimal.ONE), Audit.none()).data().text())
        .contains("\n");
  }

  private static <E> String json(E event) {
    return codec(event).encode(Event.newId(), event, Audit.none()).data().text();
  }

  private static <E> E roundTrip(E event) {
    Codec<E> codec = codec(event);
    Event stored = codec.encode(Event.newId(), event, Audit.none());
    return codec.decode(Stored.of(stored)).getFirst();
  }

  private static <E> E read(Class<E> type, String json) {
    return JsonCodec.of(type).decode(Stored.of(type.getSimpleName(), json)).getFirst();
  }

  @SuppressWarnings("unchecked") // the class of an E is a Class of E
  private static <E> Codec<E> codec(E event) {
    return (Codec<E>) CODECS.computeIfAbsent(event.getClass(), JsonCodec::of);
  }

  private static final Map<Class<?>, Codec<?>> CODECS = new ConcurrentHashMap<>();
}
