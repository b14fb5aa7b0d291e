package io.daybook.examples.bank;

import io.daybook.examples.bank.AccountEvent.AccountClosed;
import io.daybook.examples.bank.AccountEvent.AccountFrozen;
import io.daybook.examples.bank.AccountEvent.AccountOpened;
import io.daybook.examples.bank.AccountEvent.AccountReviewed;
import io.daybook.examples.bank.AccountEvent.AccountUnfrozen;
import io.daybook.examples.bank.AccountEvent.Deposited;
import io.daybook.examples.bank.AccountEvent.FeeCharged;
import io.daybook.examples.bank.AccountEvent.GapAdjusted;
import io.daybook.examples.bank.AccountEvent.InterestPosted;
import io.daybook.examples.bank.AccountEvent.InterestRateSet;
import io.daybook.examples.bank.AccountEvent.LimitsSet;
import io.daybook.examples.bank.AccountEvent.MovementReported;
import io.daybook.examples.bank.AccountEvent.OverdraftAgreed;
import io.daybook.examples.bank.AccountEvent.ReviewDemanded;
import io.daybook.examples.bank.AccountEvent.RoundingAdjusted;
import io.daybook.examples.bank.AccountEvent.TransferReceived;
import io.daybook.examples.bank.AccountEvent.TransferSent;
import io.daybook.examples.bank.AccountEvent.Withdrawn;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happened, in words: for the audit trail. */
final class EventText {
  private EventText() {}

  static String of(AccountEvent event) {
    return switch (event) {
      case AccountOpened e -> "opened for " + e.owner() + " in " + e.currency();
      case OverdraftAgreed e -> "overdraft of " + e.limit() + " agreed, fee " + e.fee();
      case LimitsSet e ->
          "limits set: at once " + limit(e.perTransaction()) + ", a day " + limit(e.perDay());
      case InterestRateSet e ->
          "interest of " + e.percent().toPlainString() + " % a year set from " + e.from();
      case AccountFrozen _ -> "frozen";
      case ReviewDemanded e -> "has to be reviewed" + words(e.why());
      case AccountReviewed _ -> "reviewed";
      case AccountUnfrozen _ -> "unfrozen";
      case AccountClosed _ -> "closed";
      case Deposited e -> "deposited " + e.amount() + words(e.description());
      case Withdrawn e -> "withdrew " + e.amount() + words(e.description());
      case TransferSent e -> "sent " + e.amount() + " to " + e.to() + words(e.description());
      case TransferReceived e ->
          "received " + e.amount() + " from " + e.from() + words(e.description());
      case InterestPosted e -> "interest of " + e.amount() + " posted";
      case FeeCharged e -> "charged " + e.amount() + words(e.description());
      case MovementReported e ->
          e.kind().toString().toLowerCase(Locale.ROOT)
              + " of "
              + e.amount()
              + " reported"
              + words(e.description().isEmpty() ? e.purpose() : e.description());
      case RoundingAdjusted e -> "rounding adjusted by " + e.change();
      case GapAdjusted e -> "adjusted by " + e.change() + words(e.description());
    };
  }

  private static String limit(@Nullable Money limit) {
    return limit == null ? "any" : limit.toString();
  }

  private static String words(String description) {
    return description.isBlank() ? "" : ": " + description;
  }
}
