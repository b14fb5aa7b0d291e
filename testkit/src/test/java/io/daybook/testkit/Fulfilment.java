package io.daybook.testkit;

import static io.daybook.eventsourcing.process.Reaction.cancel;
import static io.daybook.eventsourcing.process.Reaction.end;
import static io.daybook.eventsourcing.process.Reaction.remember;
import static io.daybook.eventsourcing.process.Reaction.schedule;
import static io.daybook.eventsourcing.process.Reaction.send;

import io.daybook.eventsourcing.codec.Recorded;
import io.daybook.eventsourcing.decider.CommandHandler;
import io.daybook.eventsourcing.decider.Decider;
import io.daybook.eventsourcing.decider.Rejected;
import io.daybook.eventsourcing.process.ProcessManager;
import io.daybook.eventsourcing.process.ProcessRunner;
import io.daybook.eventstore.EventStore;
import io.daybook.jackson.JsonCodec;
import java.time.Duration;
import java.util.List;

/** Orders, stock, and the process between them, for tests. */
final class Fulfilment {
  private Fulfilment() {}

  enum Status {
    NEW,
    PLACED,
    PAID,
    CANCELLED
  }

  sealed interface OrderCommand {
    record Place(String product) implements OrderCommand {}

    record Pay() implements OrderCommand {}

    record Cancel(String reason) implements OrderCommand {}
  }

  sealed interface OrderEvent {
    record Placed(String product) implements OrderEvent {}

    record Paid() implements OrderEvent {}

    record Cancelled(String reason) implements OrderEvent {}
  }

  static final Decider<OrderCommand, OrderEvent, Status> ORDER =
      Decider.of(
          Status.NEW,
          (command, status) ->
              switch (command) {
                case OrderCommand.Place(var product) -> List.of(new OrderEvent.Placed(product));
                case OrderCommand.Pay() -> {
                  require(status == Status.PLACED, "not to be paid");
                  yield List.of(new OrderEvent.Paid());
                }
                case OrderCommand.Cancel(var reason) -> {
                  require(status == Status.PLACED, "not to be cancelled");
                  yield List.of(new OrderEvent.Cancelled(reason));
                }
              },
          (_, event) ->
              switch (event) {
                case OrderEvent.Placed _ -> Status.PLACED;
                case OrderEvent.Paid _ -> Status.PAID;
                case OrderEvent.Cancelled _ -> Status.CANCELLED;
              });

  sealed interface StockCommand {
    record Reserve(String order) implements StockCommand {}

    record Release(String order) implements StockCommand {}
  }

  sealed interface StockEvent {
    record Reserved(String order) implements StockEvent {}

    record Released(String order) implements StockEvent {}
  }

  static Decider<StockCommand, StockEvent, Integer> stock(int pieces) {
    return Decider.of(
        pieces,
        (command, left) ->
            switch (command) {
              case StockCommand.Reserve(var order) -> {
                require(left > 0, "out of stock");
                yield List.of(new StockEvent.Reserved(order));
              }
              case StockCommand.Release(var order) -> List.of(new StockEvent.Released(order));
            },
        (left, event) ->
            switch (event) {
              case StockEvent.Reserved _ -> left - 1;
              case StockEvent.Released _ -> left + 1;
            });
  }

  /** What the process remembers. */
  sealed interface Progress {
    record Began(String product) implements Progress {}
  }

  static final JsonCodec<OrderEvent> ORDER_EVENTS = JsonCodec.of(OrderEvent.class);
  static final JsonCodec<StockEvent> STOCK_EVENTS = JsonCodec.of(StockEvent.class);
  static final Duration PATIENCE = Duration.ofMinutes(30);

  /** Its state is the product, once it is known. */
  static final ProcessManager<String> PROCESS =
      ProcessManager.named("fulfilment", "")
          .<Progress>evolving(
              JsonCodec.of(Progress.class),
              (_, event) ->
                  switch (event) {
                    case Progress.Began(var product) -> product;
                  })
          .reading(ORDER_EVENTS, "order")
          .startedBy(
              OrderEvent.Placed.class,
              Recorded::streamId,
              (_, e) ->
                  List.of(
                      remember(new Progress.Began(e.event().product())),
                      send(e.event().product(), new StockCommand.Reserve(e.streamId())),
                      schedule("unpaid", PATIENCE)))
          .onRejected(
              StockCommand.Reserve.class,
              (_, r) -> List.of(send(r.instance(), new OrderCommand.Cancel(r.reason())), end()))
          .onTimer(
              "unpaid",
              (_, timer) -> List.of(send(timer.instance(), new OrderCommand.Cancel("not paid"))))
          .on(OrderEvent.Paid.class, Recorded::streamId, (_, _) -> List.of(cancel("unpaid"), end()))
          .on(
              OrderEvent.Cancelled.class,
              Recorded::streamId,
              (product, e) ->
                  List.of(send(product, new StockCommand.Release(e.streamId())), end()));

  static CommandHandler<OrderCommand, OrderEvent, Status> orders(EventStore store) {
    return CommandHandler.of("order", ORDER, ORDER_EVENTS).on(store);
  }

  static CommandHandler<StockCommand, StockEvent, Integer> stock(EventStore store, int pieces) {
    return CommandHandler.of("stock", stock(pieces), STOCK_EVENTS).on(store);
  }

  /** A runner of the process whose commands go to handlers on the same store. */
  static ProcessRunner.Builder<String> runner(EventStore store, int pieces) {
    return PROCESS
        .on(store)
        .sending(OrderCommand.class, JsonCodec.of(OrderCommand.class), orders(store)::handle)
        .sending(
            StockCommand.class, JsonCodec.of(StockCommand.class), stock(store, pieces)::handle);
  }

  private static void require(boolean condition, String reason) {
    if (!condition) {
      throw new Rejected(reason);
    }
  }
}
