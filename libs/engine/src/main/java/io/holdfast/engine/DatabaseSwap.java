package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * One database takes the name of another, which is put aside. Databases are told apart by OID, which renames do not change:
 * so it can be seen at any time whether the exchange has happened.
 *
 * @param name what people and applications call the live database
 * @param out OID of the database that has the name and gives it up; null: the name is free
 * @param aside the name that {@code out} gets
 * @param in OID of the database that gets the name
 * @param incoming the name that {@code in} has until then; under any other it is not exchanged
 */
public record DatabaseSwap(String name, @Nullable Long out, String aside, long in, String incoming) {}
