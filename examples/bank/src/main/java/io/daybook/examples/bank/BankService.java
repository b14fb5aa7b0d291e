package io.daybook.examples.bank;

import io.daybook.cli.Application;
import io.daybook.cli.CommandFailedException;
import io.daybook.cli.ControlEndpoint;
import io.daybook.cli.ExitCode;
import io.daybook.eventsourcing.process.ProcessInstance;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The bank at work: its processes, its timers and its read models. Used once, by one thread. */
final class BankService {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Bank bank;
  private final Path data;
  private final Path derived;
  private final Application application;
  private final @Nullable BankMetrics metrics;
  private final PrintStream out;

  /**
   * Of that bank.
   *
   * @param data where it is
   * @param derived where that is which is derived of it
   * @param metrics are printed at the end; null if nobody asks for them
   */
  BankService(
      Bank bank, Path data, Path derived, Application application, @Nullable BankMetrics metrics) {
    this.bank = bank;
    this.data = data;
    this.derived = derived;
    this.application = application;
    this.metrics = metrics;
    this.out = application.out();
  }

  /**
   * Works until the thread is interrupted, which ends it in an orderly way; or, once, until all
   * that is due is done.
   *
   * @throws CommandFailedException if an instance of a process stands still after all was done
   */
  void run(LargeAmounts large, boolean once) {
    try (var progress = new TablesProgress(application.terminal());
        var tables = bank.followTables(derived, progress);
        var news = bank.news();
        var processes = bank.run(large, new FileCheckpoints(derived))) {
      if (metrics != null) {
        metrics.watch(tables.model(), processes.runners());
      }
      List<ProcessInstance> parked = processes.retryParked();
      if (once) {
        processes.settle();
        tables.awaitHead();
        news.all().forEach(out::println);
        parked = processes.retryParked();
        printMetrics();
      } else {
        out.println("the bank is at work; Ctrl-C ends it");
        out.flush();
        report(parked);
        try (var _ = ControlEndpoint.open(data, List.of(tables.model()), processes.runners())) {
          work(processes, tables, news);
        } finally {
          printMetrics();
        }
      }
      if (!parked.isEmpty()) {
        throw new CommandFailedException(ExitCode.FAILURE, standsStill(parked.getFirst()));
      }
    } catch (InterruptedException | CancellationException _) {
      out.println("the bank has closed");
    }
  }

  private void printMetrics() {
    if (metrics != null) {
      out.print(metrics.text());
    }
  }

  private void work(BankProcesses processes, BankTables tables, BankNews news)
      throws InterruptedException {
    while (true) {
      print(news, BETWEEN_LOOKS);
      processes.requireRunning();
      tables.requireRunning();
    }
  }

  /** Prints what was done, until nothing comes for so long. */
  private void print(BankNews news, Duration patience) throws InterruptedException {
    Optional<String> text = news.poll(patience);
    while (text.isPresent()) {
      out.println(text.get());
      out.flush();
      text = news.poll(patience);
    }
  }

  private void report(List<ProcessInstance> parked) {
    for (ProcessInstance instance : parked) {
      out.println(standsStill(instance));
      out.flush();
    }
  }

  private static String standsStill(ProcessInstance instance) {
    return instance.process()
        + " of "
        + instance.id()
        + " stands still after a failure, and is tried again at the next start: "
        + instance.problem();
  }
}
