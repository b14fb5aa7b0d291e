/**
 * The {@code daybook} command: appends, reads, imports and exports events, and runs demos.
 *
 * <p>{@link io.daybook.cli.Main} is the command. Stores and demos are found by {@link
 * java.util.ServiceLoader}, as {@link io.daybook.cli.StoreProvider} and {@link
 * io.daybook.cli.Demo}, so that the command depends on none of them. An application that wants the
 * commands beside its own starts from {@link io.daybook.cli.DaybookCommand}.
 *
 * <p>Whatever goes wrong is one line on standard error and an {@link io.daybook.cli.ExitCode}.
 */
@NullMarked
package io.daybook.cli;

import org.jspecify.annotations.NullMarked;
