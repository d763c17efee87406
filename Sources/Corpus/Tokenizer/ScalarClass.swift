/// What GPT-2's pre-tokenisation distinguishes: letters, numbers, white space and everything else.
enum ScalarClass: UInt8 {
    case other = 0
    case letter = 1
    case number = 2
    case whiteSpace = 3
}
