import NN

/// Why a pickle of tensors is refused.
package enum PickleError: Error, Sendable, Hashable {
  case truncated
  /// An opcode outside of the few that a saved state dictionary needs.
  case forbiddenOpcode(UInt8, offset: Int)
  /// A name that a pickle wanted to import; only names of tensors are known.
  case forbiddenGlobal(String)
  /// Values of the wrong kind, or too few of them, for an opcode.
  case malformed(offset: Int)
  case tooLarge
  /// Not a file of `torch.save` in its legacy form, or made on a big-endian machine.
  case notATorchFile
  /// The storage of a tensor is missing, too short, or not of this machine's memory.
  case badStorage(String)
}

/// The names that a pickle may refer to. None of them is called: each stands for a value here.
enum PickleGlobal: String {
  case orderedDictionary = "collections OrderedDict"
  case rebuildTensor = "torch._utils _rebuild_tensor_v2"
  case floatStorage = "torch FloatStorage"
  case longStorage = "torch LongStorage"
}

/// A value of a pickle. Containers refer to others by their place in `Unpickler.values`, so values
/// can neither nest deeply nor form cycles that would have to be freed.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  /// An integer of more than eight bytes: its bytes, little-endian.
  case longInteger([UInt8])
  case string(String)
  case tuple([Int])
  case list([Int])
  /// Keys and values in turn, in order of their insertion.
  case dictionary([Int])
  case global(PickleGlobal)
  case storage(TorchStorage)
  case tensor(TorchTensor)
}

/// A piece of memory that tensors are views of.
struct TorchStorage: Equatable {
  let key: String
  let count: Int
  /// F32 or I64.
  let dtype: DType
}

/// A view of a storage; sizes and strides in elements.
struct TorchTensor: Equatable {
  let storage: TorchStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// Reads pickles (protocol 2) without executing anything: a table of opcodes that build plain
/// values, and a few names that stand for an ordered dictionary and for tensors.
struct Unpickler {
  /// Opcodes one file may hold, which bounds the values and the time; a face detector's files
  /// have about a thousand, those of the speaker embedding's nearly forty thousand.
  private static let maximumOpcodes = 1 << 16

  private let bytes: [UInt8]
  private(set) var position = 0
  private(set) var values: [PickleValue] = []
  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [Int: Int] = [:]
  private var opcodeStart = 0
  private var opcodeCount = 0

  /// Reads the pickles that `bytes` begin with, one after the other.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next pickle's value.
  mutating func next() throws(PickleError) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    while true {
      opcodeStart = position
      opcodeCount += 1
      guard opcodeCount <= Self.maximumOpcodes else { throw .tooLarge }
      let opcode = Character(Unicode.Scalar(try byte()))
      if opcode == "." {
        guard stack.count == 1, marks.isEmpty else { throw malformed }
        return values[stack[0]]
      }
      if try pushConstant(opcode) { continue }
      if try useMemo(opcode) { continue }
      if try build(opcode) { continue }
      if try rebuild(opcode) { continue }
      throw .forbiddenOpcode(bytes[opcodeStart], offset: opcodeStart)
    }
  }

  private var malformed: PickleError { .malformed(offset: opcodeStart) }

  // MARK: Input and stack

  /// The next `count` bytes of the file, which may be raw data between pickles.
  mutating func take(_ count: Int) throws(PickleError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - position else { throw .truncated }
    position += count
    return bytes[position - count..<position]
  }

  private mutating func byte() throws(PickleError) -> UInt8 {
    guard position < bytes.count else { throw .truncated }
    position += 1
    return bytes[position - 1]
  }

  /// The next `count` bytes as a little-endian number without sign.
  mutating func number(_ count: Int) throws(PickleError) -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func push(_ value: PickleValue) {
    values.append(value)
    stack.append(values.count - 1)
  }

  private mutating func pop() throws(PickleError) -> Int {
    guard let top = stack.last, stack.count > marks.last ?? 0 else { throw malformed }
    stack.removeLast()
    return top
  }

  private mutating func popToMark() throws(PickleError) -> [Int] {
    guard let mark = marks.popLast() else { throw malformed }
    let items = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return items
  }

  // MARK: Opcodes

  private mutating func pushConstant(_ opcode: Character) throws(PickleError) -> Bool {
    switch opcode {
    case "\u{80}": guard try byte() == 2 else { throw malformed }  // PROTO
    case "N": push(.none)
    case "\u{88}": push(.boolean(true))
    case "\u{89}": push(.boolean(false))
    case "J": push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))  // BININT
    case "K": push(.integer(try number(1)))  // BININT1
    case "M": push(.integer(try number(2)))  // BININT2
    case "\u{8A}": try pushLong()  // LONG1
    case "G":  // BINFLOAT
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      push(.float(Double(bitPattern: bits)))
    case "X": push(.string(try text(try number(4))))  // BINUNICODE
    case "c":  // GLOBAL
      let name = "\(try line()) \(try line())"
      guard let global = PickleGlobal(rawValue: name) else { throw .forbiddenGlobal(name) }
      push(.global(global))
    default: return false
    }
    return true
  }

  private mutating func pushLong() throws(PickleError) {
    let digits = Array(try take(Int(try byte())))
    guard digits.count <= 8 else { return push(.longInteger(digits)) }
    let isNegative = digits.last.map { $0 >= 0x80 } ?? false
    push(.integer(digits.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }))
  }

  private mutating func text(_ count: Int) throws(PickleError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else { throw malformed }
    return text
  }

  private mutating func line() throws(PickleError) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { throw .truncated }
    let line = try text(end - position)
    position += 1
    return line
  }

  private mutating func useMemo(_ opcode: Character) throws(PickleError) -> Bool {
    switch opcode {
    case "q", "r":  // BINPUT, LONG_BINPUT
      guard let top = stack.last else { throw malformed }
      memo[try number(opcode == "q" ? 1 : 4)] = top
    case "h", "j":  // BINGET, LONG_BINGET
      guard let value = memo[try number(opcode == "h" ? 1 : 4)] else { throw malformed }
      stack.append(value)
    default: return false
    }
    return true
  }

  private mutating func build(_ opcode: Character) throws(PickleError) -> Bool {
    switch opcode {
    case "(": marks.append(stack.count)
    case "}": push(.dictionary([]))
    case "]": push(.list([]))
    case ")": push(.tuple([]))
    case "t": push(.tuple(try popToMark()))
    case "\u{85}": push(.tuple([try pop()]))
    case "\u{86}", "\u{87}":  // TUPLE2, TUPLE3
      var items: [Int] = []
      for _ in 0..<(opcode == "\u{86}" ? 2 : 3) { items.insert(try pop(), at: 0) }
      push(.tuple(items))
    case "a": try append([try pop()])
    case "e": try append(try popToMark())
    case "s":
      let value = try pop()
      try insert([try pop(), value])
    case "u": try insert(try popToMark())
    default: return false
    }
    return true
  }

  private mutating func append(_ items: [Int]) throws(PickleError) {
    guard let top = stack.last, case .list(var list) = values[top] else { throw malformed }
    values[top] = .none  // so that the list has one owner and grows in place
    list += items
    values[top] = .list(list)
  }

  private mutating func insert(_ items: [Int]) throws(PickleError) {
    guard let top = stack.last, case .dictionary(var pairs) = values[top],
      items.count.isMultiple(of: 2)
    else { throw malformed }
    values[top] = .none  // as above
    pairs += items
    values[top] = .dictionary(pairs)
  }

  private mutating func rebuild(_ opcode: Character) throws(PickleError) -> Bool {
    switch opcode {
    case "R":  // REDUCE
      let arguments = try items(of: values[try pop()])
      guard case .global(let global) = values[try pop()] else { throw malformed }
      switch global {
      case .orderedDictionary where arguments.isEmpty: push(.dictionary([]))
      case .rebuildTensor: push(.tensor(try tensor(arguments)))
      default: throw malformed
      }
    case "b":  // BUILD: attributes of a dictionary, such as the versions of a module
      _ = try pop()
      guard let top = stack.last, case .dictionary = values[top] else { throw malformed }
    case "Q":  // BINPERSID
      push(.storage(try storage(try items(of: values[try pop()]))))
    default: return false
    }
    return true
  }

  private func items(of value: PickleValue) throws(PickleError) -> [PickleValue] {
    guard case .tuple(let items) = value else { throw malformed }
    return items.map { values[$0] }
  }

  /// ("storage", type, key, "cpu", count), and in the legacy form that it is no view.
  private func storage(_ items: [PickleValue]) throws(PickleError) -> TorchStorage {
    guard 5...6 ~= items.count, case .string("storage") = items[0],
      case .global(let type) = items[1], case .string(let key) = items[2],
      case .string("cpu") = items[3], case .integer(let count) = items[4], count >= 0
    else { throw malformed }
    if items.count == 6 { guard case .none = items[5] else { throw malformed } }
    switch type {
    case .floatStorage: return TorchStorage(key: key, count: count, dtype: .f32)
    case .longStorage: return TorchStorage(key: key, count: count, dtype: .i64)
    case .orderedDictionary, .rebuildTensor: throw malformed
    }
  }

  /// (storage, offset, sizes, strides, requires_grad, hooks)
  private func tensor(_ items: [PickleValue]) throws(PickleError) -> TorchTensor {
    guard items.count == 6, case .storage(let storage) = items[0],
      case .integer(let offset) = items[1]
    else { throw malformed }
    return TorchTensor(
      storage: storage, offset: offset, shape: try integers(items[2]),
      strides: try integers(items[3]))
  }

  private func integers(_ value: PickleValue) throws(PickleError) -> [Int] {
    var result: [Int] = []
    for item in try items(of: value) {
      guard case .integer(let number) = item else { throw malformed }
      result.append(number)
    }
    return result
  }
}
