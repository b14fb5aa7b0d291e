package io.daybook.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a class of today may differ in from the class whose schema was recorded. */
final class SchemaDiffTest {
  private static final JsonMapper MAPPER = JsonMappers.standard();

  record AnInt(int a) {}

  record ALong(long a) {}

  record ABigInteger(BigInteger a) {}

  record ADouble(double a) {}

  record AFloat(float a) {}

  record ADecimal(BigDecimal a) {}

  record AText(String a) {}

  record AChar(char a) {}

  record AUuid(UUID a) {}

  record ADate(LocalDate a) {}

  record AnInstant(Instant a) {}

  record AZonedTime(ZonedDateTime a) {}

  record AFlag(boolean a) {}

  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] a) {}

  record Anything(Object a) {}

  record APlatformClass(BitSet a) {}

  record ANullableText(@Nullable String a) {}

  record AnOptionalText(Optional<String> a) {}

  record ABoxedInt(Integer a) {}

  record AnOptionalInt(OptionalInt a) {}

  record ANullableInt(@Nullable Integer a) {}

  record Renamed(String b) {}

  record RenamedByAnnotation(@JsonProperty("a") String other) {}

  record More(String a, String b) {}

  record MoreIfAny(String a, Optional<String> b, @Nullable Integer c) {}

  record Nothing() {}

  enum Small {
    RED,
    GREEN
  }

  enum Large {
    RED,
    GREEN,
    BLUE
  }

  record ASmall(Small a) {}

  record ALarge(Large a) {}

  record Texts(List<String> a) {}

  @SuppressWarnings("ArrayRecordComponent")
  record TextArray(String[] a) {}

  record TextSet(Set<String> a) {}

  record Ints(List<Integer> a) {}

  record TextsByText(Map<String, String> a) {}

  record IntsByText(Map<String, Integer> a) {}

  record TextsBySmall(Map<Small, String> a) {}

  record TextsByLarge(Map<Large, String> a) {}

  record Money(BigDecimal amount, Currency currency) {}

  record OtherMoney(BigDecimal amount, Currency currency) {}

  record Dollars(BigDecimal amount) {}

  record Priced(Money a) {}

  record PricedOtherwise(OtherMoney a) {}

  record PricedInDollars(Dollars a) {}

  record Lines(List<Money> a) {}

  record DollarLines(List<Dollars> a) {}

  sealed interface Pay {
    record Cash(int cents) implements Pay {}

    record Card(String number) implements Pay {}
  }

  sealed interface PayMore {
    record Cash(int cents) implements PayMore {}

    record Card(String number) implements PayMore {}

    record Check(String bank) implements PayMore {}
  }

  sealed interface PayOtherwise {
    record Cash(long cents) implements PayOtherwise {}

    record Card(int number) implements PayOtherwise {}
  }

  record Paid(Pay a) {}

  record PaidMore(PayMore a) {}

  record PaidOtherwise(PayOtherwise a) {}

  record Tree(String name, List<Tree> children) {}

  record TreeWithoutNames(List<TreeWithoutNames> children) {}

  record Forest(List<Tree> a) {}

  record NamelessForest(List<TreeWithoutNames> a) {}

  record Box<T>(T content) {}

  record Boxes(Box<String> a, Box<Integer> b) {}

  record OtherBoxes(Box<String> a, Box<String> b) {}

  record Email(@JsonValue String address) {}

  record Mailed(Email a) {}

  private static SchemaDiff diff(Class<?> before, Class<?> now) {
    return SchemaDiff.of(schema(before), schema(now));
  }

  /** As it is read from a file. */
  private static ObjectNode schema(Class<?> type) {
    String text = new SchemaWriter(MAPPER).schemaOf(type, "Event").toString();
    return (ObjectNode) MAPPER.readTree(text);
  }

  static Stream<Arguments> whatBreaks() {
    return Stream.of(
        Arguments.of(AText.class, Nothing.class, "a is gone; its recorded values would be passed"),
        Arguments.of(AText.class, Renamed.class, "a is gone; was it renamed to b?"),
        Arguments.of(AText.class, Renamed.class, "b is new and required"),
        Arguments.of(AText.class, More.class, "b is new and required, and recorded data does not"),
        Arguments.of(MoreIfAny.class, More.class, "b was optional, is required"),
        Arguments.of(MoreIfAny.class, More.class, "c is gone"),
        Arguments.of(AnOptionalText.class, AText.class, "a was optional, is required"),
        Arguments.of(ANullableText.class, AText.class, "a was optional, is required"),
        Arguments.of(ALong.class, AnInt.class, "a was a whole number (int64), is a whole number ("),
        Arguments.of(ABigInteger.class, ALong.class, "a was a whole number, is a whole number (i"),
        Arguments.of(ADecimal.class, ADouble.class, "a was a number, is a number (double)"),
        Arguments.of(ADouble.class, AFloat.class, "a was a number (double), is a number (float)"),
        Arguments.of(ALong.class, ADouble.class, "a was a whole number (int64), is a number (do"),
        Arguments.of(AnInt.class, AFloat.class, "a was a whole number (int32), is a number (fl"),
        Arguments.of(ADecimal.class, ALong.class, "a was a number, is a whole number (int64)"),
        Arguments.of(AnInt.class, AText.class, "a was a whole number (int32), is text"),
        Arguments.of(AText.class, AnInt.class, "a was text, is a whole number (int32)"),
        Arguments.of(AText.class, AUuid.class, "a was text, is text (uuid)"),
        Arguments.of(ADate.class, AnInstant.class, "a was text (date), is text (date-time)"),
        Arguments.of(AZonedTime.class, AnInstant.class, "a was text (zoned-date-time), is text"),
        Arguments.of(Bytes.class, AText.class, "a was text (base64), is text"),
        Arguments.of(AText.class, AFlag.class, "a was text, is true or false"),
        Arguments.of(Anything.class, AText.class, "a was anything, is text"),
        Arguments.of(APlatformClass.class, AText.class, "a was a value (BitSet), is text"),
        Arguments.of(ALarge.class, ASmall.class, "a the name BLUE is gone"),
        Arguments.of(AText.class, ASmall.class, "a was text, is one of some names"),
        Arguments.of(Texts.class, AText.class, "a was a list, is text"),
        Arguments.of(Texts.class, Ints.class, "a[] was text, is a whole number (int32)"),
        Arguments.of(Texts.class, TextSet.class, "a was a list, is a set: what is in a list twic"),
        Arguments.of(TextsByText.class, IntsByText.class, "a{} was text, is a whole number"),
        Arguments.of(TextsByText.class, TextsBySmall.class, "a its keys were text, are one of so"),
        Arguments.of(TextsByLarge.class, TextsBySmall.class, "a{key} the name BLUE is gone"),
        Arguments.of(TextsByText.class, Priced.class, "a was a map, is an object with fields"),
        Arguments.of(Priced.class, PricedInDollars.class, "a.currency is gone"),
        Arguments.of(Lines.class, DollarLines.class, "a[].currency is gone"),
        Arguments.of(PaidMore.class, Paid.class, "a the type Check is gone"),
        Arguments.of(PaidOtherwise.class, Paid.class, "a(Cash).cents was a whole number (int64)"),
        Arguments.of(Paid.class, PaidOtherwise.class, "a(Card).number was text, is a whole"),
        Arguments.of(Paid.class, Priced.class, "a was one of several types, is an object with f"),
        Arguments.of(Forest.class, NamelessForest.class, "a[].name is gone"),
        Arguments.of(Boxes.class, OtherBoxes.class, "b.content was a whole number (int32), is t"),
        Arguments.of(Small.class, AText.class, "the event was one of some names, is an object"),
        Arguments.of(Large.class, Small.class, "the event the name BLUE is gone"));
  }

  @ParameterizedTest
  @MethodSource("whatBreaks")
  void whatStoredEventsCouldNotBeReadWith(Class<?> before, Class<?> now, String why) {
    assertThat(diff(before, now).breaking()).anyMatch(line -> line.startsWith(why));
  }

  static Stream<Arguments> whatWidens() {
    return Stream.of(
        Arguments.of(AText.class, MoreIfAny.class, "b is new and optional"),
        Arguments.of(AText.class, AnOptionalText.class, "a was required, is optional"),
        Arguments.of(AText.class, ANullableText.class, "a was required, is optional"),
        Arguments.of(AnInt.class, ALong.class, "a was a whole number (int32), is a whole number"),
        Arguments.of(
            TextsBySmall.class, TextsByText.class, "a its keys were one of some names, are text"),
        Arguments.of(ALong.class, ABigInteger.class, "a was a whole number (int64), is a whole"),
        Arguments.of(AnInt.class, ADouble.class, "a was a whole number (int32), is a number (d"),
        Arguments.of(ALong.class, ADecimal.class, "a was a whole number (int64), is a number"),
        Arguments.of(ADouble.class, ADecimal.class, "a was a number (double), is a number"),
        Arguments.of(AFloat.class, ADouble.class, "a was a number (float), is a number (double)"),
        Arguments.of(AUuid.class, AText.class, "a was text (uuid), is text"),
        Arguments.of(AChar.class, AText.class, "a was text (char), is text"),
        Arguments.of(AnInstant.class, AZonedTime.class, "a was text (date-time), is text (zoned"),
        Arguments.of(AText.class, Anything.class, "a was text, is anything"),
        Arguments.of(ASmall.class, ALarge.class, "a the name BLUE is new"),
        Arguments.of(ASmall.class, AText.class, "a was one of some names, is text"),
        Arguments.of(TextSet.class, Texts.class, "a was a set, is a list"),
        Arguments.of(TextsBySmall.class, TextsByLarge.class, "a{key} the name BLUE is new"),
        Arguments.of(Paid.class, PaidMore.class, "a the type Check is new"),
        Arguments.of(PricedInDollars.class, PricedOptionally.class, "a.currency is new and opt"));
  }

  record Amount(BigDecimal amount, Optional<Currency> currency) {}

  record PricedOptionally(Amount a) {}

  @ParameterizedTest
  @MethodSource("whatWidens")
  void whatReadsAllThatIsStoredAndMore(Class<?> before, Class<?> now, String what) {
    SchemaDiff diff = diff(before, now);
    assertThat(diff.breaking()).isEmpty();
    assertThat(diff.compatible()).anyMatch(line -> line.startsWith(what));
  }

  @Test
  void whatIsWrittenOtherwiseAndStaysTheSame() {
    for (Class<?>[] pair :
        new Class<?>[][] {
          {AText.class, RenamedByAnnotation.class},
          {AnInt.class, ABoxedInt.class},
          {ANullableText.class, AnOptionalText.class},
          {AnOptionalInt.class, ANullableInt.class},
          {Texts.class, TextArray.class},
          {Priced.class, PricedOtherwise.class},
          {Mailed.class, AText.class},
          {Tree.class, Tree.class},
          {Forest.class, Forest.class},
          {Paid.class, Paid.class},
          {APlatformClass.class, APlatformClass.class}
        }) {
      SchemaDiff diff = diff(pair[0], pair[1]);
      assertThat(diff.breaking()).as(pair[0] + " → " + pair[1]).isEmpty();
      assertThat(diff.compatible()).as(pair[0] + " → " + pair[1]).isEmpty();
    }
  }

  record PlacedOrder(
      UUID id,
      List<Line> lines,
      Pay payment,
      Map<String, Money> totals,
      Optional<Instant> due,
      @Nullable String note,
      @Nullable Money discount,
      Small colour) {}

  record Line(String product, int quantity) {}

  @Test
  void aSchemaIsAJsonSchema() {
    assertThat(schema(PlacedOrder.class).toString())
        .isEqualTo(
            """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Event",\
            "type":"object","properties":{\
            "id":{"type":"string","format":"uuid"},\
            "lines":{"type":"array","items":{"$ref":"#/$defs/Line"}},\
            "payment":{"$ref":"#/$defs/Pay"},\
            "totals":{"type":"object","additionalProperties":{"$ref":"#/$defs/Money"}},\
            "due":{"type":["string","null"],"format":"date-time"},\
            "note":{"type":["string","null"]},\
            "discount":{"anyOf":[{"$ref":"#/$defs/Money"},{"type":"null"}]},\
            "colour":{"$ref":"#/$defs/Small"}},\
            "required":["id","lines","payment","totals","colour"],\
            "$defs":{\
            "Line":{"type":"object","properties":{"product":{"type":"string"},\
            "quantity":{"type":"integer","format":"int32"}},"required":["product","quantity"]},\
            "Money":{"type":"object","properties":{"amount":{"type":"number"},\
            "currency":{"type":"string","format":"currency"}},"required":["amount","currency"]},\
            "Pay":{"oneOf":[\
            {"type":"object","properties":{"@type":{"const":"Cash"},\
            "cents":{"type":"integer","format":"int32"}},"required":["@type","cents"]},\
            {"type":"object","properties":{"@type":{"const":"Card"},\
            "number":{"type":"string"}},"required":["@type","number"]}]},\
            "Small":{"type":"string","enum":["RED","GREEN"]}}}\
            """);
  }
}
