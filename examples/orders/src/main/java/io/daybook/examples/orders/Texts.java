package io.daybook.examples.orders;

import io.daybook.eventsourcing.audit.Audit;
import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.process.PendingTimer;
import io.daybook.eventsourcing.process.ProcessInstance;
import io.daybook.examples.orders.OrderEvent.GoodsReturned;
import io.daybook.examples.orders.OrderEvent.OrderCancelled;
import io.daybook.examples.orders.OrderEvent.OrderDelivered;
import io.daybook.examples.orders.OrderEvent.OrderPacked;
import io.daybook.examples.orders.OrderEvent.OrderPaid;
import io.daybook.examples.orders.OrderEvent.OrderPlaced;
import io.daybook.examples.orders.OrderEvent.OrderRefunded;
import io.daybook.examples.orders.OrderEvent.OrderShipped;
import io.daybook.examples.orders.OrderEvent.StockConfirmed;
import io.daybook.examples.orders.Views.Day;
import io.daybook.examples.orders.Views.OpenOrder;
import io.daybook.examples.orders.Views.Shipment;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What people and scripts read. Each text ends its lines itself. */
final class Texts {
  private Texts() {}

  static String line(String id, Order order) {
    return id + ": " + words(order.status()) + ", " + money(order.price()) + "\n";
  }

  static String line(String product, Stock stock) {
    return product + ": " + stock.onHand() + ", of which " + stock.available() + " available\n";
  }

  static String order(String id, Order order) {
    var text = new StringBuilder(line(id, order));
    for (OrderLine line : order.lines()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %6d × %-20s%12s%12s%n",
              line.quantity(),
              line.product(),
              money(line.unitPrice()),
              money(line.price())));
      Integer returned = order.returned().get(line.product());
      if (returned != null) {
        text.append("         of which ").append(returned).append(" came back\n");
      }
    }
    text.append("  stock ").append(order.stockConfirmed() ? "reserved" : "not reserved");
    text.append(", paid ").append(money(order.paid()));
    text.append(", given back ").append(money(order.refunded())).append('\n');
    return text.toString();
  }

  static String history(List<Recorded<OrderEvent>> events) {
    boolean reasons = events.stream().anyMatch(e -> e.audit().reason().isPresent());
    var rows = new ArrayList<List<String>>();
    for (Recorded<OrderEvent> recorded : events) {
      Audit audit = recorded.audit();
      String date = recorded.event().date().toString();
      String actor = audit.actor().orElse("");
      String what = what(recorded.event());
      rows.add(
          reasons
              ? List.of(date, actor, what, audit.reason().orElse(""))
              : List.of(date, actor, what));
    }
    return (reasons
            ? Table.of("date", "actor", "what", "reason")
            : Table.of("date", "actor", "what"))
        .text(rows);
  }

  /** An event in words. */
  static String what(OrderEvent event) {
    return switch (event) {
      case OrderPlaced(var customer, var lines, var _, var promised) ->
          customer
              + " ordered "
              + lines.size()
              + (lines.size() == 1 ? " product" : " products")
              + ", promised by "
              + promised;
      case StockConfirmed _ -> "the stock is reserved";
      case OrderPaid(var amount, var _) -> money(amount) + " was paid";
      case OrderPacked(var parcel, var _) -> "packed as " + parcel;
      case OrderShipped(var carrier, var _) -> "given to " + carrier;
      case OrderDelivered _ -> "delivered";
      case GoodsReturned(var product, var quantity, var _) ->
          quantity + " of " + product + " came back";
      case OrderRefunded(var amount, var _) -> money(amount) + " was given back";
      case OrderCancelled(var reason, var _) -> "cancelled: " + reason;
    };
  }

  static String open(Collection<OpenOrder> orders, boolean csv) {
    var rows = new ArrayList<List<String>>();
    for (OpenOrder order : orders) {
      rows.add(
          List.of(
              order.id(),
              order.customer(),
              words(order.status()),
              money(order.price()),
              order.promisedBy().toString()));
    }
    return Table.of("order", "customer", "status", "price", "promised_by").in(csv, rows);
  }

  static String revenue(Map<LocalDate, Day> days, boolean csv) {
    var rows = new ArrayList<List<String>>();
    days.forEach((date, day) ->
        rows.add(
            List.of(
                date.toString(), money(day.paid()), money(day.refunded()), money(day.revenue()))));
    return Table.of("date", "paid", "refunded", "revenue").in(csv, rows);
  }

  static String stock(Map<String, Stock> stock, boolean csv) {
    var rows = new ArrayList<List<String>>();
    stock.forEach((product, of) ->
        rows.add(
            List.of(
                product,
                Integer.toString(of.onHand()),
                Integer.toString(of.onHand() - of.available()),
                Integer.toString(of.available()))));
    return Table.of("product", "on_hand", "reserved", "available").in(csv, rows);
  }

  static String late(List<Shipment> shipments, LocalDate today, boolean csv) {
    var rows = new ArrayList<List<String>>();
    for (Shipment shipment : shipments) {
      LocalDate shipped = shipment.shippedOn();
      rows.add(
          List.of(
              shipment.order(),
              shipment.customer(),
              shipment.promisedBy().toString(),
              shipped == null ? "" : shipped.toString(),
              Long.toString(shipment.daysLate(today))));
    }
    return Table.of("order", "customer", "promised_by", "shipped_on", "days_late").in(csv, rows);
  }

  static String timers(List<PendingTimer> timers) {
    var rows = new ArrayList<List<String>>();
    for (PendingTimer timer : timers) {
      rows.add(
          List.of(
              timer.due().toString(),
              timer.process(),
              timer.instance(),
              timer.timer(),
              timer.payload()));
    }
    return Table.of("due", "process", "order", "timer", "payload").text(rows);
  }

  static String processes(List<ProcessInstance> instances) {
    var rows = new ArrayList<List<String>>();
    for (ProcessInstance instance : instances) {
      String problem = instance.problem();
      rows.add(
          List.of(
              instance.id(),
              instance.status().toString().toLowerCase(Locale.ROOT),
              instance.changedAt().toString(),
              problem == null ? "" : problem));
    }
    return Table.of("order", "status", "changed", "problem").text(rows);
  }

  static String imported(LogImport.Summary summary) {
    String events = counted(summary.events(), summary.knownEvents(), "events");
    return summary.objects() + summary.knownObjects() == 0
        ? events
        : events + counted(summary.objects(), summary.knownObjects(), "facts about objects");
  }

  private static String counted(long recorded, long known, String what) {
    return what + ": " + recorded + " recorded, " + known + " known before\n";
  }

  static String activities(Map<String, Long> activities, boolean csv) {
    var rows = new ArrayList<List<String>>();
    activities.forEach((activity, count) -> rows.add(List.of(activity, Long.toString(count))));
    return Table.of("activity", "count").in(csv, rows);
  }

  static String cases(List<LogViews.Case> cases, boolean csv) {
    var rows = new ArrayList<List<String>>();
    for (LogViews.Case one : cases) {
      rows.add(List.of(one.id(), Long.toString(one.events()), one.lastActivity()));
    }
    return Table.of("case", "events", "last_activity").in(csv, rows);
  }

  /** An amount with its two decimals, which no amount has more of. */
  private static String money(BigDecimal amount) {
    return amount.setScale(2).toPlainString();
  }

  private static String words(Order.Status status) {
    return status.toString().toLowerCase(Locale.ROOT);
  }
}
