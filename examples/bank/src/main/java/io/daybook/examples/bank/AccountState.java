package io.daybook.examples.bank;

/** An account, or none yet. */
sealed interface AccountState permits Account, AccountState.NotOpened {

  /** There are no events yet. */
  record NotOpened() implements AccountState {}
}
