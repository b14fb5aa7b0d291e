package io.daybook.eventsourcing.tenancy;

import java.util.regex.Pattern;

/** What the names of tenants look like. */
final class TenantName {
  private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final Pattern DEVICE = Pattern.compile("con|prn|aux|nul|(com|lpt)[0-9]");
  private static final int MOST_PRINTED = 80;

  private TenantName() {}

  static boolean isAllowed(String name) {
    return ALLOWED.matcher(name).matches() && !DEVICE.matcher(name).matches();
  }

  static String require(String name) {
    if (!isAllowed(name)) {
      String line = name.replaceAll("\\p{Cntrl}", "?");
      throw new IllegalArgumentException(
          "a tenant's name has 1 to 63 of the characters a-z 0-9 - _, begins with a letter or"
              + " digit, and is no device's, unlike: "
              + (line.length() > MOST_PRINTED ? line.substring(0, MOST_PRINTED) + "…" : line));
    }
    return name;
  }
}
