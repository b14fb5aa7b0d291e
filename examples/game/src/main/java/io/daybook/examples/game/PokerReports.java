package io.daybook.examples.game;

import io.daybook.cli.Csv;
import io.daybook.examples.game.NetResults.Net;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the poker commands print. */
final class PokerReports {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private PokerReports() {}

  /** How a hand ended, as one JSON object; the hand's number is written as it was given. */
  static String stacks(Table table) {
    ObjectNode json = MAPPER.createObjectNode();
    HandName name = table.name();
    if (name.hand() == null) {
      json.putNull("hand");
    } else if (name.isNumber()) {
      json.put("hand", new BigInteger(name.hand()));
    } else {
      json.put("hand", name.hand());
    }
    if (name.file() != null) {
      json.put("file", name.file());
    }
    ArrayNode stacks = json.putArray("stacks");
    table.stacks().forEach(stack -> stacks.add(stack.amount()));
    return MAPPER.writeValueAsString(json);
  }

  static String netAsCsv(NetResults results) {
    var out = new StringBuilder("player,net\n");
    results.players().forEach((player, net) -> out.append(Csv.line(player, net.net().toString())));
    return out.toString();
  }

  /** The greatest winner first. */
  static String netAsText(NetResults results) {
    var out = new StringBuilder();
    out.append("%-24s%12s%16s%n".formatted("player", "hands", "net"));
    results.players().entrySet().stream()
        .sorted(
            Map.Entry.<String, Net>comparingByValue(Comparator.comparing(Net::net).reversed())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> {
          Net net = entry.getValue();
          out.append("%-24s%,12d%16s%n".formatted(entry.getKey(), net.hands(), net.net()));
        });
    return out.append("%-24s%28s%n".formatted("together", results.total())).toString();
  }

  static String imported(HandImport.Summary summary) {
    return "%,d hands recorded, %,d known, %,d bad%n"
        .formatted(summary.recorded(), summary.known(), summary.bad());
  }
}
