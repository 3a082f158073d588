/** A stand-in for the API of Amazon RDS, on a real PostgreSQL server. Where Amazon's behaviour is not certain, it is stricter. */
@NullMarked
package io.holdfast.devstack.rds;

import org.jspecify.annotations.NullMarked;
