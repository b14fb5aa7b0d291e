package io.daybook.eventstore;

/**
 * An append was refused because the store is not as the request expected. Nothing was written. Read
 * again, decide again and append again, or give up.
 */
public abstract sealed class ConflictException extends EventStoreException
    permits RevisionConflictException, AppendConditionException {
  ConflictException(String message) {
    super(message);
  }
}
