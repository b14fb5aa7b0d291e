package io.daybook.jdbc;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the tables of one build into statements: {@code {balances}} is {@code balances__3} in build
 * 3. To be used by one thread.
 */
final class Naming {
  /** A text in quotes, which is left as it is, or a name in braces. */
  private static final Pattern NAME = Pattern.compile("'[^']*'|\\{([a-z][a-z0-9_]*)\\}");

  private static final int MOST_KEPT = 1_024;

  private final int build;
  private final Map<String, String> resolved = new HashMap<>();

  Naming(int build) {
    this.build = build;
  }

  /** The same text gives the same instance. */
  String resolve(String statement) {
    String known = resolved.get(statement);
    if (known == null) {
      known =
          NAME.matcher(statement)
              .replaceAll(match ->
                  Matcher.quoteReplacement(
                      match.group(1) == null ? match.group() : table(match.group(1))));
      if (resolved.size() >= MOST_KEPT) {
        resolved
            .clear(); // a handler writes values into its statements, so that no two are the same
      }
      resolved.put(statement, known);
    }
    return known;
  }

  String table(String name) {
    return table(name, build);
  }

  static String table(String name, int build) {
    return name + "__" + build;
  }
}
