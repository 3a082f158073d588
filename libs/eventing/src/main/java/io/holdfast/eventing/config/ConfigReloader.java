package io.holdfast.eventing.config;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigKeys;
import io.holdfast.config.ConfigProblem;
import io.holdfast.config.ConfigText;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.RestartRule;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The file in effect, and the rules by which a changed one replaces it. Contents are compared by their digest, because
 * neither times nor events of the file system are reliable where a symbolic link is swapped.
 *
 * <p>A file is taken as a whole or not at all. Its errors are logged once for each content.
 */
public final class ConfigReloader implements LiveConfig {
    private static final Logger LOG = Logger.getLogger(ConfigReloader.class);
    private static final ThreadLocal<HoldfastConfig> PINNED = new ThreadLocal<>();

    private record Loaded(HoldfastConfig config, ConfigStatus.Effective effective) {}

    private final Path file;
    private final Environment environment;
    private final Duration missingAfter;
    private final InstantSource clock;
    private final ReloadListener listener;

    private volatile @Nullable Loaded loaded;
    private volatile ConfigStatus status;
    private @Nullable String candidate;
    private @Nullable String delayed;
    private @Nullable Instant missingSince;

    /**
     * Loads the file, if there is one.
     *
     * @throws ConfigException with every problem of the file
     */
    ConfigReloader(
            Path file, Environment environment, Duration missingAfter, InstantSource clock, ReloadListener listener) {
        this.file = file;
        this.environment = environment;
        this.missingAfter = missingAfter;
        this.clock = clock;
        this.listener = listener;
        this.loaded = first();
        this.status = good();
    }

    private @Nullable Loaded first() {
        try {
            ConfigText text = ConfigText.read(file);
            return loaded(text, text.parse(environment), text.keys());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Loaded loaded(ConfigText text, HoldfastConfig config, ConfigKeys keys) {
        List<String> ignored = config.ignoredKeys();
        if (!ignored.isEmpty()) {
            LOG.warnf(
                    "%s: these keys have no effect in this version: %s; remove them", file, String.join(", ", ignored));
        }
        return new Loaded(config, new ConfigStatus.Effective(text.digest(), keys, clock.instant()));
    }

    @Override
    public HoldfastConfig current() {
        return find().orElseThrow(() -> ConfigText.missing(file));
    }

    @Override
    public Optional<HoldfastConfig> find() {
        HoldfastConfig own = PINNED.get();
        Loaded now = loaded;
        return own != null ? Optional.of(own) : Optional.ofNullable(now).map(Loaded::config);
    }

    @Override
    public Optional<String> digest() {
        return Optional.ofNullable(loaded).map(now -> now.effective().digest());
    }

    @Override
    public void pinned(Runnable work) {
        Optional<HoldfastConfig> now = find();
        if (now.isEmpty() || PINNED.get() != null) {
            work.run();
            return;
        }
        PINNED.set(now.get());
        try {
            work.run();
        } finally {
            PINNED.remove();
        }
    }

    ConfigStatus status() {
        return status;
    }

    /** Looks at the file; takes a changed content when two looks in a row find the same: it may still be written. */
    ReloadResult poll() {
        return look(true);
    }

    /** Looks at the file and takes a changed content at once. */
    ReloadResult reload() {
        return look(false);
    }

    private synchronized ReloadResult look(boolean patient) {
        ConfigText text;
        try {
            text = ConfigText.read(file);
            missingSince = null;
        } catch (NoSuchFileException e) {
            return missing(patient);
        } catch (ConfigException e) {
            return refused(null, e.problems());
        }
        Loaded now = loaded;
        if (now != null && now.effective().digest().equals(text.digest())) {
            candidate = null;
            status = good();
            return ReloadResult.UNCHANGED;
        }
        boolean seen = text.digest().equals(candidate);
        candidate = text.digest();
        if (patient && !seen) {
            return ReloadResult.DELAYED;
        }
        return patient && text.digest().equals(status.refused()) ? ReloadResult.REFUSED : take(text);
    }

    private ReloadResult missing(boolean patient) {
        Instant since = missingSince == null ? clock.instant() : missingSince;
        missingSince = since;
        if (loaded == null) {
            return ReloadResult.UNCHANGED;
        }
        return patient && clock.instant().isBefore(since.plus(missingAfter))
                ? ReloadResult.DELAYED
                : refused(null, ConfigText.missing(file).problems());
    }

    private ReloadResult take(ConfigText text) {
        Loaded before = loaded;
        try {
            HoldfastConfig config = text.parse(environment);
            ConfigKeys keys = text.keys();
            if (before != null) {
                List<ConfigProblem> restart = RestartRule.problems(
                        file, before.config(), before.effective().keys(), config, keys);
                if (!restart.isEmpty()) {
                    return refused(text.digest(), restart);
                }
            }
            ConfigChange change = new ConfigChange(before == null ? null : before.config(), config, text.digest());
            listener.take(change);
            applied(before, loaded(text, config, keys), change);
            return ReloadResult.APPLIED;
        } catch (ConfigException e) {
            return refused(text.digest(), e.problems());
        } catch (HoldfastException e) {
            return e.code() == FailureCode.CONFIG_INVALID
                    ? refused(text.digest(), List.of(new ConfigProblem(file.toString(), 1, 1, "", message(e))))
                    : delayed(text, e);
        } catch (RuntimeException e) { // such as of a database that restarts
            return delayed(text, e);
        }
    }

    private void applied(@Nullable Loaded before, Loaded after, ConfigChange change) {
        loaded = after;
        status = good();
        candidate = null;
        delayed = null;
        ConfigKeys none = ConfigKeys.stored(Map.of());
        List<String> keys = (before == null ? none : before.effective().keys())
                .changedTo(after.effective().keys());
        LOG.infof(
                "%s is reloaded, SHA-256 %s; changed keys: %s",
                file, after.effective().digest(), keys.isEmpty() ? "none" : String.join(", ", keys));
        try {
            listener.applied(change);
        } catch (RuntimeException e) { // the file is in effect, whatever becomes of one observer
            LOG.errorf(e, "a part of the service did not take the changed %s over: %s", file, e.getMessage());
        }
    }

    private ReloadResult delayed(ConfigText text, RuntimeException e) {
        if (!text.digest().equals(delayed)) {
            delayed = text.digest();
            LOG.warnf(e, "%s has changed and cannot be taken over at this moment; it is tried again", file);
        }
        return ReloadResult.DELAYED;
    }

    private ReloadResult refused(@Nullable String digest, List<ConfigProblem> problems) {
        Loaded now = loaded;
        ConfigStatus refusal = new ConfigStatus(now == null ? null : now.effective(), digest, List.copyOf(problems));
        if (!refusal.equals(status)) {
            status = refusal;
            listener.refused();
            LOG.errorf(
                    "%s is refused, the former configuration stays in effect: %s",
                    file,
                    String.join(
                            "\n", problems.stream().map(ConfigProblem::toString).toList()));
        }
        return ReloadResult.REFUSED;
    }

    private ConfigStatus good() {
        Loaded now = loaded;
        return new ConfigStatus(now == null ? null : now.effective(), null, List.of());
    }

    private static String message(HoldfastException e) {
        return e.reason().message();
    }
}
