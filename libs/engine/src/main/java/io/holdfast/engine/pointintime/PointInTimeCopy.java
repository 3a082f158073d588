package io.holdfast.engine.pointintime;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.time.Instant;

/**
 * A database of an instant.
 *
 * @param name for people, such as the provider's name of it
 * @param address without a pool in between: a snapshot needs a session
 * @param password never printed
 * @param at the instant that the provider has recorded for it
 */
public record PointInTimeCopy(String name, DatabaseAddress address, PasswordSupplier password, Instant at) {}
