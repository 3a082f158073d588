package io.holdfast.restore.maintenance;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Puts applications into maintenance mode, and out of it, the way their source's configuration says.
 *
 * <p>Both verbs may be repeated, also by another process after a crash: on one occasion a repeated wish carries the same
 * {@code Idempotency-Key}. {@code off} is a compensation: it is safe without {@code on}, and after one that failed.
 * Whoever calls {@code on} owes {@code off} from the moment before the call, whatever the outcome.
 */
@ApplicationScoped
public class Maintenance {
    private static final Logger LOG = Logger.getLogger(Maintenance.class);

    private final BoundedHttpClient http;
    private final WebhookMaintenanceAction.Pause pause;

    @Inject
    Maintenance(OutboundHttpClient http) {
        this(http, Thread::sleep);
    }

    Maintenance(OutboundHttpClient http, WebhookMaintenanceAction.Pause pause) {
        this.http = new BoundedHttpClient(http);
        this.pause = pause;
    }

    /**
     * Switches maintenance mode on. Takes at most three times the configured time-out and a few seconds.
     *
     * @throws HoldfastException CANCELLED if the thread is interrupted; whether the application did it is then not known
     */
    public MaintenanceOutcome on(Optional<SourceConfig.Maintenance> steps, MaintenanceWindow window) {
        return turned(MaintenanceMode.ON, steps, window);
    }

    /**
     * Switches maintenance mode off. Also by a thread that is to stop: what was interrupted before the call stays
     * interrupted after it, and does not keep it from being made.
     *
     * @throws HoldfastException CANCELLED if the thread is interrupted during the call; call again
     */
    public MaintenanceOutcome off(Optional<SourceConfig.Maintenance> steps, MaintenanceWindow window) {
        boolean interrupted = Thread.interrupted();
        try {
            return turned(MaintenanceMode.OFF, steps, window);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private MaintenanceOutcome turned(
            MaintenanceMode maintenanceMode, Optional<SourceConfig.Maintenance> steps, MaintenanceWindow window) {
        MaintenanceOutcome outcome = steps.map(configured -> take(maintenanceMode, configured, window))
                .orElseGet(MaintenanceOutcome.NotConfigured::new);
        switch (outcome) {
            case MaintenanceOutcome.Done done ->
                LOG.infof(
                        "source %s, restore %s: maintenance is %s (%s)",
                        window.source(), window.restore(), maintenanceMode.word(), done.how());
            case MaintenanceOutcome.Failed failed -> LOG.warnf("restore %s: %s", window.restore(), failed.message());
            case MaintenanceOutcome.NotConfigured ignored -> {}
        }
        return outcome;
    }

    private MaintenanceOutcome take(
            MaintenanceMode maintenanceMode, SourceConfig.Maintenance steps, MaintenanceWindow window) {
        try {
            MaintenanceAction.Answer answer = way(maintenanceMode == MaintenanceMode.ON ? steps.on() : steps.off())
                    .take(maintenanceMode, window, steps.timeout());
            return answer.yes()
                    ? new MaintenanceOutcome.Done(answer.said())
                    : new MaintenanceOutcome.Failed("source \"" + window.source()
                            + "\": maintenance could not be switched " + maintenanceMode.word() + ": " + answer.said());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.about(
                    window.source(),
                    FailureCode.CANCELLED,
                    "switching maintenance of source \"" + window.source() + "\" " + maintenanceMode.word()
                            + " was cancelled");
        }
    }

    private MaintenanceAction way(SourceConfig.Step step) {
        return step.webhook()
                .<MaintenanceAction>map(url -> new WebhookMaintenanceAction(url, http, pause))
                .orElseGet(() -> new CommandMaintenanceAction(step.command().orElseThrow()));
    }
}
