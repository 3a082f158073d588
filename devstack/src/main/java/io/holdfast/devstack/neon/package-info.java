/** A stand-in for Neon's API of branches, on a real PostgreSQL server. Where Neon's behaviour is not certain, it is stricter. */
@NullMarked
package io.holdfast.devstack.neon;

import org.jspecify.annotations.NullMarked;
