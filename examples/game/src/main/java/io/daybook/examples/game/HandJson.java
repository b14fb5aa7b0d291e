package io.daybook.examples.game;

import io.daybook.eventsourcing.codec.Codec;
import io.daybook.examples.game.HandEvent.HandDealt;
import io.daybook.jackson.JsonCodec;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** The events of poker as JSON: chips are numbers, cards are short texts. */
final class HandJson {
  private HandJson() {}

  /** The codec; a hand with a number can be found by the tag {@code hand:NUMBER}. */
  static Codec<HandEvent> codec() {
    return JsonCodec.of(
            HandEvent.class, types -> types.tagged(HandDealt.class, e -> tags(e.name())))
        .withMapper(mapper -> mapper.addModule(module()));
  }

  private static SimpleModule module() {
    return new SimpleModule()
        .addSerializer(Chips.class, new ChipsWriter())
        .addDeserializer(Chips.class, new ChipsReader())
        .addSerializer(Card.class, new CardWriter())
        .addDeserializer(Card.class, new CardReader());
  }

  /** The tag of hands with that number. */
  static String tag(String hand) {
    return "hand:" + hand;
  }

  private static List<String> tags(HandName name) {
    return name.hand() == null ? List.of() : List.of(tag(name.hand()));
  }

  private static final class ChipsWriter extends ValueSerializer<Chips> {
    @Override
    public void serialize(Chips chips, JsonGenerator json, SerializationContext context) {
      json.writeNumber(chips.amount());
    }
  }

  private static final class ChipsReader extends ValueDeserializer<Chips> {
    @Override
    public Chips deserialize(JsonParser json, DeserializationContext context) {
      return new Chips(json.getDecimalValue());
    }
  }

  private static final class CardWriter extends ValueSerializer<Card> {
    @Override
    public void serialize(Card card, JsonGenerator json, SerializationContext context) {
      json.writeString(card.toString());
    }
  }

  private static final class CardReader extends ValueDeserializer<Card> {
    @Override
    public Card deserialize(JsonParser json, DeserializationContext context) {
      return Card.parse(json.getString());
    }
  }
}
