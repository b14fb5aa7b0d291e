package io.daybook.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** As much English as the name of an event needs. */
final class PastTense {
  /** Verbs that say no more than that there was a change. */
  static final Set<String> GENERIC =
      Set.of("updated", "modified", "edited", "saved", "altered", "upserted", "persisted");

  /** Words that end like the past tense and are not. */
  private static final Set<String> NOT_PAST =
      Set.of(
          "bed",
          "bleed",
          "breed",
          "deed",
          "embed",
          "exceed",
          "feed",
          "greed",
          "heed",
          "hundred",
          "indeed",
          "need",
          "newsfeed",
          "proceed",
          "red",
          "reed",
          "seed",
          "shed",
          "speed",
          "succeed",
          "wed",
          "weed");

  /** Past tenses and participles that do not end in -ed. */
  private static final Set<String> IRREGULAR =
      wordSet(
          "arisen arose ate awoke awoken became become been began begun bent bet bid bitten blew"
              + " blown bore born borne bought bound bred broke broken brought built burnt"
              + " burst came cast caught chose chosen come cost cut dealt did done drawn drew"
              + " driven drove drunk dug eaten fallen fed fell felt fled flew flown forbidden"
              + " forgiven forgot forgotten fought found froze frozen gave given gone got gotten"
              + " grew grown had heard held hid hidden hit hung hurt kept knew known laid lain"
              + " leapt learnt led left lent let lit lost made meant met mistaken overdrawn"
              + " overridden paid proven put quit ran rang read reset resold rewritten ridden"
              + " risen rose rung said sang sat saw seen sent set sewn shaken shipped shone shot"
              + " shown shrunk shut slept slid sold sought spent split spoke spoken spread"
              + " sprung stole stolen stood stuck struck sung sunk swept sworn swung taken taught"
              + " thought threw thrown thrust told took torn underpaid undone understood undid"
              + " unpaid unset upset went withdrawn withdrew withheld woke woken won wore worn"
              + " wound wove woven written wrote repaid resent rebuilt overpaid offset misread"
              + " foreseen outbid outgrown overcome overtaken unfrozen");

  /** Verbs that commands begin with. */
  private static final Set<String> COMMANDS =
      wordSet(
          "accept activate add adjust agree allocate apply approve archive assign authorize block"
              + " book buy cancel change charge check close complete confirm correct create"
              + " deactivate debit decline delete deliver deposit disable do edit enable end"
              + " enroll expire fail finish freeze get give grant handle import increase insert"
              + " invite issue join leave lock login logout make mark merge modify move open"
              + " order pay place post process publish purchase receive redeem refund register"
              + " reject release remove rename renew replace request reserve reset return revoke"
              + " save schedule sell send set ship start stop submit subscribe suspend terminate"
              + " transfer unfreeze unlock unsubscribe update upgrade upload use validate verify"
              + " withdraw");

  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+");

  private PastTense() {}

  private static Set<String> wordSet(String words) {
    return Pattern.compile(" ").splitAsStream(words).collect(Collectors.toUnmodifiableSet());
  }

  /** The words of a name, in lower case: {@code AccountOpened}, {@code account-opened}. */
  static List<String> wordsOf(String name) {
    return BETWEEN_WORDS
        .splitAsStream(name)
        .filter(word -> !word.isEmpty())
        .map(word -> word.toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Whether a word is a verb in the past tense, or a participle. */
  static boolean isPast(String word) {
    return IRREGULAR.contains(word)
        || (word.length() > 3 && word.endsWith("ed") && !NOT_PAST.contains(word));
  }

  static boolean isCommand(String word) {
    return COMMANDS.contains(word);
  }

  /** {@code OpenAccount} as {@code AccountOpened}, for regular verbs at least. */
  static String turned(List<String> words) {
    String verb = words.getFirst();
    String past =
        IRREGULAR.contains(verb)
            ? verb
            : switch (verb) {
              case "do" -> "done";
              case "freeze" -> "frozen";
              case "buy" -> "bought";
              case "get" -> "got";
              case "give" -> "given";
              case "leave" -> "left";
              case "make" -> "made";
              case "pay" -> "paid";
              case "sell" -> "sold";
              case "send" -> "sent";
              case "unfreeze" -> "unfrozen";
              case "withdraw" -> "withdrawn";
              default -> verb.endsWith("e") ? verb + "d" : regular(verb);
            };
    var turned = new ArrayList<>(words.subList(1, words.size()));
    turned.add(past);
    var name = new StringBuilder();
    for (String word : turned) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return name.toString();
  }

  private static String regular(String verb) {
    return switch (verb) {
      case "apply", "modify", "verify" -> verb.substring(0, verb.length() - 1) + "ied";
      case "transfer", "ship", "stop", "submit" -> verb + verb.charAt(verb.length() - 1) + "ed";
      case "cancel" -> "cancelled";
      default -> verb + "ed";
    };
  }
}
