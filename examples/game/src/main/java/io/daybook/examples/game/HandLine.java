package io.daybook.examples.game;

import io.daybook.examples.game.HandHistory.BadHandException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A hand as one JSON object, with the fields of the Poker Hand History format: {@code variant} (NT
 * only), {@code starting_stacks}, {@code blinds_or_straddles} and {@code actions} are needed;
 * {@code antes}, {@code ante_trimming_status}, {@code min_bet}, {@code players}, {@code hand} and
 * {@code file} are read where they are given. {@code finishing_stacks} is not looked at: it is what
 * the actions shall lead to.
 */
final class HandLine {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Where Jackson is in what it was given says nothing to those who have the file. */
  private static final Pattern PLACE = Pattern.compile(" \\(start marker at .*", Pattern.DOTALL);

  private static final int MOST_DIGITS = 15;
  private static final int MOST_DECIMALS = 6;
  private static final int LONGEST_HAND = 100;
  private static final int LONGEST_PLAYER = 100;

  /** With the number of a hand, it has to fit into the name of a stream. */
  private static final int LONGEST_FILE_BYTES = 512;

  private final JsonNode json;

  private HandLine(JsonNode json) {
    this.json = json;
  }

  /**
   * The hand that a line tells.
   *
   * @throws BadHandException if it is none
   */
  static HandHistory parse(String line) throws BadHandException {
    JsonNode json;
    try {
      json = MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new BadHandException(
          "not JSON: " + PLACE.matcher(e.getOriginalMessage()).replaceFirst(""), e);
    }
    if (!json.isObject()) {
      throw new BadHandException("a hand is a JSON object");
    }
    return new HandLine(json).hand();
  }

  private HandHistory hand() throws BadHandException {
    HandName name = name();
    try {
      String variant = text("variant", LONGEST_HAND);
      if (!"NT".equals(variant)) {
        throw new BadHandException(
            "variant is NT, no-limit Texas hold'em"
                + (variant == null ? ", but missing" : ", not " + variant));
      }
      return new HandHistory(name, setup(), actions());
    } catch (BadHandException e) {
      throw new BadHandException(name + ": " + e.getMessage(), e);
    }
  }

  private HandName name() throws BadHandException {
    JsonNode hand = json.path("hand");
    String file = text("file", LONGEST_FILE_BYTES);
    if (file != null && file.getBytes(StandardCharsets.UTF_8).length > LONGEST_FILE_BYTES) {
      throw new BadHandException("file is longer than " + LONGEST_FILE_BYTES + " bytes");
    }
    if (!hand.isNumber()) {
      return new HandName(text("hand", LONGEST_HAND), false, file);
    }
    if (!hand.isIntegralNumber()) {
      throw new BadHandException("hand is a whole number or a text, not " + hand);
    }
    return new HandName(checked("hand", hand.asString(), LONGEST_HAND), true, file);
  }

  private HandSetup setup() throws BadHandException {
    List<Chips> stacks = amounts("starting_stacks");
    int size = stacks.size();
    List<Chips> blinds = padded(amounts("blinds_or_straddles"), size);
    List<Chips> antes =
        padded(json.path("antes").isMissingNode() ? List.of() : amounts("antes"), size);
    JsonNode minBet = json.path("min_bet");
    Chips least =
        minBet.isMissingNode()
            ? blinds.stream().reduce(Chips.ZERO, Chips::max)
            : amount("min_bet", minBet);
    return new HandSetup(players(size), stacks, antes, antesTrimmed(), blinds, least);
  }

  private boolean antesTrimmed() throws BadHandException {
    JsonNode trimmed = json.path("ante_trimming_status");
    if (!trimmed.isMissingNode() && !trimmed.isBoolean()) {
      throw new BadHandException("ante_trimming_status is true or false, not " + shown(trimmed));
    }
    return trimmed.asBoolean(false);
  }

  /** Where nothing is said of the last seats, they pay nothing. */
  private static List<Chips> padded(List<Chips> amounts, int size) {
    var all = new ArrayList<>(amounts);
    all.addAll(Collections.nCopies(Math.max(0, size - amounts.size()), Chips.ZERO));
    return all;
  }

  /** The names of the players; those of the seats where none are given. */
  private List<String> players(int size) throws BadHandException {
    if (json.path("players").isMissingNode()) {
      return IntStream.rangeClosed(1, size).mapToObj(seat -> "p" + seat).toList();
    }
    var players = new ArrayList<String>();
    for (JsonNode player : array("players")) {
      if (!player.isString()) {
        throw new BadHandException("players are names, not " + shown(player));
      }
      players.add(checked("a player", player.asString(), LONGEST_PLAYER));
    }
    return players;
  }

  private List<String> actions() throws BadHandException {
    var actions = new ArrayList<String>();
    for (JsonNode action : array("actions")) {
      if (!action.isString()) {
        throw new BadHandException("actions are texts, not " + shown(action));
      }
      actions.add(action.asString());
    }
    return actions;
  }

  private List<Chips> amounts(String field) throws BadHandException {
    var amounts = new ArrayList<Chips>();
    for (JsonNode amount : array(field)) {
      amounts.add(amount(field, amount));
    }
    return amounts;
  }

  private static Chips amount(String field, JsonNode node) throws BadHandException {
    if (!node.isNumber()) {
      throw new BadHandException(field + " takes numbers, not " + shown(node));
    }
    // first the scale: a short text may mean a number of millions of digits
    BigDecimal amount = node.decimalValue();
    boolean fits =
        amount.scale() <= MOST_DIGITS
            && (long) amount.precision() - amount.scale() <= MOST_DIGITS
            && amount.stripTrailingZeros().scale() <= MOST_DECIMALS;
    if (!fits) {
      throw new BadHandException(
          field
              + " takes numbers of up to "
              + MOST_DIGITS
              + " digits and "
              + MOST_DECIMALS
              + " decimals, not "
              + amount);
    }
    return new Chips(amount);
  }

  private JsonNode array(String field) throws BadHandException {
    JsonNode array = json.path(field);
    if (!array.isArray()) {
      throw new BadHandException(
          field + (array.isMissingNode() ? " is missing" : " is a list, not " + shown(array)));
    }
    return array;
  }

  private @Nullable String text(String field, int longest) throws BadHandException {
    JsonNode node = json.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isString()) {
      throw new BadHandException(field + " is a text, not " + shown(node));
    }
    return checked(field, node.asString(), longest);
  }

  private static String checked(String what, String text, int longest) throws BadHandException {
    boolean printable =
        text.chars().noneMatch(Character::isISOControl)
            && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    if (text.isBlank() || text.length() > longest || !printable) {
      throw new BadHandException(
          what + " is a text of 1 to " + longest + " characters that can be printed");
    }
    return text;
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= LONGEST_HAND ? text : text.substring(0, LONGEST_HAND) + "…";
  }
}
