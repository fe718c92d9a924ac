/// Seconds beyond which no time in a recording lies: three years. What is read from outside is held
/// against it where it is read, so that no sum or product of times has to be.
package let longestTime = 1e8
