/** Amazon RDS: a new instance of an instant is a database that is captured like any other. */
@NullMarked
package io.holdfast.rds;

import org.jspecify.annotations.NullMarked;
