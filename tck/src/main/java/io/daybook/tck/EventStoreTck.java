package io.daybook.tck;

/**
 * The whole suite. An author of a store extends it, says how a store is opened, and is done.
 *
 * <p>Needs a heap of 512 MiB: some tests append as much as a store must take.
 */
public abstract class EventStoreTck extends StoreFixture
    implements AppendContract,
        ExpectedRevisionContract,
        AppendConditionContract,
        DecisionContract,
        IdempotencyContract,
        ReadContract,
        QueryContract,
        AsOfContract,
        SubscriptionContract,
        WaitingContract,
        SettingsContract,
        DeletionContract,
        SystemEventsContract,
        ListingContract,
        ConcurrencyContract,
        LimitsContract,
        LifecycleContract {
  /** For subclasses. */
  protected EventStoreTck() {}
}
