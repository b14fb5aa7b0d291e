package io.daybook.benchmarks;

import java.util.stream.Stream;
import org.axonframework.common.configuration.AxonConfiguration;
import org.axonframework.eventsourcing.annotation.EventSourcedEntity;
import org.axonframework.eventsourcing.annotation.EventSourcingHandler;
import org.axonframework.eventsourcing.annotation.EventTag;
import org.axonframework.eventsourcing.annotation.reflection.EntityCreator;
import org.axonframework.eventsourcing.configuration.EventSourcedEntityModule;
import org.axonframework.eventsourcing.configuration.EventSourcingConfigurer;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.commandhandling.annotation.CommandHandler;
import org.axonframework.messaging.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.eventhandling.gateway.EventAppender;
import org.axonframework.modelling.annotation.TargetEntityId;

/**
 * Axon Framework 5 with its storage engine in memory, which keeps events as objects. The same
 * decisions, as an entity with annotations; the framework's defaults otherwise.
 */
final class AxonCommands implements AppCommandWorkload.Commands {
  private static final String ACCOUNT = "account";

  private final AxonConfiguration axon;
  private final CommandGateway gateway;

  AxonCommands() {
    axon =
        EventSourcingConfigurer.create()
            .registerEventStorageEngine(_ -> new InMemoryEventStorageEngine())
            .registerEntity(EventSourcedEntityModule.autodetected(String.class, Account.class))
            .build();
    axon.start();
    gateway = axon.getComponent(CommandGateway.class);
  }

  /** Money came, several times at once. */
  public record Deposit(@TargetEntityId String account, int times) {}

  /** Money is taken. */
  public record Withdraw(@TargetEntityId String account, long cents) {}

  /** Money came. */
  public record Deposited(@EventTag(key = ACCOUNT) String account, long cents, String text) {}

  /** Money went. */
  public record Withdrawn(@EventTag(key = ACCOUNT) String account, long cents, String text) {}

  /** An account as the framework wants it. */
  @EventSourcedEntity(tagKey = ACCOUNT)
  public static class Account {
    private long cents;
    private long transactions;

    /** One without events. */
    @EntityCreator
    public Account() {}

    @CommandHandler
    void handle(Deposit command, EventAppender events) {
      var deposit = AppDomain.deposit(command.account);
      events.append(
          Stream.generate(() ->
                  (Object) new Deposited(deposit.account(), deposit.cents(), deposit.description()))
              .limit(command.times)
              .toList());
    }

    @CommandHandler
    void handle(Withdraw command, EventAppender events) {
      if (command.cents > cents) {
        throw new IllegalArgumentException("there are not so many cents");
      }
      events.append(new Withdrawn(command.account, command.cents, "standing order, monthly rent"));
    }

    @EventSourcingHandler
    void on(Deposited event) {
      cents += event.cents;
      transactions++;
    }

    @EventSourcingHandler
    void on(Withdrawn event) {
      cents -= event.cents;
      transactions++;
    }

    @Override
    public String toString() {
      return cents + " after " + transactions;
    }
  }

  @Override
  public void fill(int accounts) {
    for (int i = 0; i < accounts; i++) {
      gateway.sendAndWait(new Deposit(Integer.toString(i), AppDomain.EVENTS_PER_ACCOUNT));
    }
  }

  @Override
  public void withdraw(int account) {
    gateway.sendAndWait(new Withdraw(Integer.toString(account), 1));
  }

  @Override
  public void close() {
    axon.shutdown();
  }
}
