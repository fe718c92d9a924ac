import Testing

/// Command lines that cannot be run: the line printed, and exit code 64.
@Suite("Usage")
struct UsageTests {
  struct BadCommand: Sendable, CustomTestStringConvertible {
    let words: [String]
    let line: String

    init(_ words: String, _ line: String) {
      self.words = words.split(separator: " ").map { $0 == "''" ? "" : String($0) }
      self.line = line
    }

    var testDescription: String { words.joined(separator: " ") }
  }

  static let formatNames =
    "srt,vtt,json,txt,html,docx,markdown,vtt-words,ass,ttml,lrc,csv,tsv,whisper,ctm,stm,rttm,seglst,"
    + "audacity,edl,fcpxml"

  static let commands = [
    BadCommand("", "no command; see viseme --help"),
    BadCommand("trancribe x", "there is no command 'trancribe'; did you mean: viseme transcribe"),
    BadCommand("a.mp4", "there is no command 'a.mp4'; did you mean: viseme transcribe a.mp4"),
    BadCommand("frobnicate", "there is no command 'frobnicate'; see viseme --help"),
    BadCommand("--verison", "there is no option --verison; did you mean --version?"),
    BadCommand("help frob", "there is no command 'frob'; see viseme --help"),
    BadCommand("models", "models needs install, import or list; see viseme models --help"),
    BadCommand("models lst", "there is no command 'models lst'; did you mean: viseme models list"),
    BadCommand("models import", "models import needs PATH; see viseme models import --help"),
    BadCommand(
      "models list x", "models list takes no 'x'; see viseme models list --help"),
    BadCommand("probe", "probe needs FILE; see viseme probe --help"),
    BadCommand("render", "render needs TRANSCRIPT; see viseme render --help"),
    BadCommand(
      "render a.json --threads 2", "there is no option --threads; see viseme render --help"),
    BadCommand("render a.json -f json", "a.json would be overwritten by its own transcript"),
    BadCommand(
      "render a.json -o b.srt -f whisper",
      "-o b.srt and --format whisper contradict each other; leave one out"),
    BadCommand(
      "render a.json --numbers roman", "--numbers: 'roman' is not heard, words, digits or auto"),
    BadCommand("batch", "batch needs INPUT or --manifest; see viseme batch --help"),
    BadCommand("bacth x", "there is no command 'bacth'; did you mean: viseme batch"),
    BadCommand("batch -", "a batch takes files and folders, not standard input"),
    BadCommand(
      "transcribe a --context-file absent.txt", "--context-file: absent.txt: no such file"),
    BadCommand("batch a --context-file /", "--context-file: /: cannot be read: is a directory"),
    BadCommand("transcribe a --context ?", "--context: '?' cannot be written by the model"),
    BadCommand(
      "eval a --context \(String(repeating: "x", count: 101))",
      "--context: 'xxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxx' is longer than 100 characters"),
    BadCommand("batch a --jobs 0", "--jobs: '0' is not a whole number from 1 to 1024"),
    BadCommand(
      "batch a --memory 1M", "--memory: '1M' is not a size of at least 146M such as 512M or 2G"),
    BadCommand(
      "batch a --memory much",
      "--memory: 'much' is not a size of at least 146M such as 512M or 2G"),
    BadCommand("batch a --shard 0/4", "--shard: '0/4' is not a share such as 2/4, or auto"),
    BadCommand(
      "batch a --shard 1/1000000000", "--shard: '1/1000000000' is not a share such as 2/4, or auto"),
    BadCommand("batch a --shard 5/4", "--shard: '5/4' is not a share such as 2/4, or auto"),
    BadCommand(
      "batch a --shard auto",
      "--shard auto: no Slurm array, Kubernetes Indexed Job (with VISEME_SHARDS) or AWS Batch "
        + "array gave this process a share"),
    BadCommand("batch a --lease 1", "--lease: '1' is not a number from 5 to 86400"),
    BadCommand("batch a --retries -1", "--retries: '-1' is not a whole number from 0 to 100"),
    BadCommand(
      "batch a --start 9 --end 3", "--end (0:03) must be later than --start (0:09)"),
    BadCommand("batch a -o x", "there is no option -o; see viseme batch --help"),
    BadCommand("batch merge", "batch merge needs REPORT; see viseme batch merge --help"),
    BadCommand("eval", "eval needs INPUT; see viseme eval --help"),
    BadCommand("evla x", "there is no command 'evla'; did you mean: viseme eval"),
    BadCommand(
      "eval a --snr 5,loud",
      "--snr: '5,loud' is not a list of decibels from -60 to 60 and clean ('loud' is neither)"),
    BadCommand(
      "eval a --snr -61",
      "--snr: '-61' is not a list of decibels from -60 to 60 and clean ('-61' is neither)"),
    BadCommand("eval a --noise wihte", "--noise: there is no noise, file or folder 'wihte'"),
    BadCommand(
      "eval a --noise babble:0",
      "--noise: 'babble:0' is not a noise: '0' is no number of talkers from 1 to 100"),
    BadCommand("transcribe a --lips only", "--lips: 'only' is not auto, always or never"),
    BadCommand("transcribe a --lips on", "--lips: 'on' is not auto, always or never"),
    BadCommand(
      "eval a --mode ear",
      "--mode: 'ear' is not a list of ways of listening (audio, lips, early, late, fused)"),
    BadCommand(
      "eval a --visual blur", "--visual needs a --mode that sees: lips, early, late or fused"),
    BadCommand(
      "eval a --model whisper",
      "--model: there is no speech model 'whisper'; there is: moonshine-tiny-en, whisper-base, "
        + "whisper-tiny-en"),
    BadCommand(
      "transcribe a --language 12",
      "--language: '12' is not a language's code (en, de) or auto"),
    BadCommand(
      "transcribe a --language de",
      "--language: moonshine-tiny-en does not know 'de'; it knows en"),
    BadCommand(
      "batch a --model whisper-base --language xx",
      "--language: whisper-base does not know 'xx'; it knows 99 languages"),
    BadCommand(
      "eval a --model whisper-tiny-en --language de",
      "--language: whisper-tiny-en does not know 'de'; it knows en"),
    BadCommand("transcribe a --task sing", "--task: 'sing' is not transcribe or translate"),
    BadCommand(
      "transcribe a --task translate",
      "--task translate: moonshine-tiny-en writes only what is said"),
    BadCommand(
      "eval a --channel mp3", "--channel: 'mp3' is not a codec (opus, or opus:6k to opus:128k)"),
    BadCommand(
      "eval a --channel opus:5k",
      "--channel: 'opus:5k' is not a codec (opus, or opus:6k to opus:128k)"),
    BadCommand(
      "eval a --channel opus:nan",
      "--channel: 'opus:nan' is not a codec (opus, or opus:6k to opus:128k)"),
    BadCommand(
      "eval a --channel opus:1e30k",
      "--channel: 'opus:1e30k' is not a codec (opus, or opus:6k to opus:128k)"),
    BadCommand("eval a --seed -1", "--seed: '-1' is not a whole number from 0"),
    BadCommand("eval a --normaliser mine", "--normaliser: 'mine' is not whisper, plain or both"),
    BadCommand("eval compare a", "eval compare needs two reports; see viseme eval compare --help"),
    BadCommand(
      "eval compare a b c", "eval compare takes no 'c'; see viseme eval compare --help"),
    BadCommand("transcribe", "transcribe needs FILE; see viseme transcribe --help"),
    BadCommand("transcribe a --fromat srt", "there is no option --fromat; did you mean --format?"),
    BadCommand("transcribe a --xyzzy", "there is no option --xyzzy; see viseme transcribe --help"),
    BadCommand("transcribe a -quiet", "there is no option -quiet; did you mean --quiet?"),
    BadCommand("transcribe a --quiet=yes", "--quiet takes no value; see viseme transcribe --help"),
    BadCommand(
      "transcribe a --start", "--start needs a value (--start TIME); see viseme transcribe --help"),
    BadCommand(
      "transcribe a --start --quiet",
      "--start needs a value (--start TIME); see viseme transcribe --help"),
    BadCommand("transcribe a --output=", "--output: '' is not a path"),
    BadCommand(
      "transcribe a --format srt,doc",
      "--format: 'srt,doc' is not a list of formats (\(formatNames)), or all"),
    BadCommand("transcribe a -f ''", "-f: '' is not a list of formats (\(formatNames)), or all"),
    BadCommand(
      "transcribe a --start 1:75", "--start: '1:75' is not a time (seconds, MM:SS or HH:MM:SS)"),
    BadCommand(
      "transcribe a --start -5", "--start: '-5' is not a time (seconds, MM:SS or HH:MM:SS)"),
    BadCommand(
      "transcribe a --end nan", "--end: 'nan' is not a time (seconds, MM:SS or HH:MM:SS)"),
    BadCommand(
      "transcribe a --start 2:00 --end 90", "--end (1:30) must be later than --start (2:00)"),
    BadCommand("transcribe a -t 0", "-t: '0' is not a whole number from 1 to 1024"),
    BadCommand("transcribe a -t two", "-t: 'two' is not a whole number from 1 to 1024"),
    BadCommand(
      "transcribe a --audio-track 0",
      "--audio-track: '0' is not a track number from 1, a language (en, eng) or all"),
    BadCommand(
      "transcribe a --audio-track e!",
      "--audio-track: 'e!' is not a track number from 1, a language (en, eng) or all"),
    BadCommand(
      "transcribe a --speakers Anna,,Ben",
      "--speakers: 'Anna,,Ben' is not auto, none, a number up to 100, two with a hyphen "
        + "between, or a list of names (1 to 100 characters each, on one line)"),
    BadCommand(
      "transcribe a --speakers=",
      "--speakers: '' is not auto, none, a number up to 100, two with a hyphen "
        + "between, or a list of names (1 to 100 characters each, on one line)"),
    BadCommand(
      "transcribe a --speakers A\u{1B}[2J",
      "--speakers: 'A\\u{1b}[2J' is not auto, none, a number up to 100, two with a hyphen "
        + "between, or a list of names (1 to 100 characters each, on one line)"),
    BadCommand(
      "transcribe a --speakers 5-2",
      "--speakers: '5-2' is not auto, none, a number up to 100, two with a hyphen between, or a "
        + "list of names (1 to 100 characters each, on one line)"),
    BadCommand(
      "transcribe a --speakers auto --names S0=Anna",
      "--names: 'S0=Anna' is not names of voices such as S1=Anna,S2=Ben"),
    BadCommand(
      "transcribe a --names S1=Anna",
      "--names needs speaker diarization: --speakers auto, or a number"),
    BadCommand(
      "eval a --speakers Anna",
      "--speakers: 'Anna' is not auto, none, a number up to 100, or two with a hyphen between"),
    BadCommand(
      "transcribe a --max-line-length 3",
      "--max-line-length: '3' is not a whole number from 10 to 200"),
    BadCommand("transcribe a --max-lines 9", "--max-lines: '9' is not a whole number from 1 to 4"),
    BadCommand("transcribe a --max-cps 0", "--max-cps: '0' is not a number from 5 to 100"),
    BadCommand("transcribe a --min-cue inf", "--min-cue: 'inf' is not a number from 0.100 to 60"),
    BadCommand(
      "transcribe a --min-cue 5 --max-cue 4", "--min-cue must not be more than --max-cue"),
    BadCommand(
      "transcribe a --frame-rate 25/0",
      "--frame-rate: '25/0' is not a frame rate from 1 to 240 (25, 29.97 or 30000/1001)"),
    BadCommand(
      "transcribe a -o b.srt --output-dir c", "--output and --output-dir exclude each other"),
    BadCommand(
      "transcribe a b -o c.srt", "-o c.srt takes one recording; use --output-dir for several"),
    BadCommand(
      "transcribe a b -o - -f srt",
      "-o - takes one recording in format srt; use --output-dir for several"),
    BadCommand(
      "transcribe a -o b.srt -f srt,vtt", "-o b.srt takes one format; use --output-dir for several"),
    BadCommand(
      "transcribe a -o x.srt -f vtt",
      "-o x.srt and --format vtt contradict each other; leave one out"),
    BadCommand(
      "transcribe a -o notes",
      "-o notes: the name does not say which format; add --format \(formatNames)"),
    BadCommand(
      "transcribe a.mp4 x/../a.mkv",
      "a.mp4 and x/../a.mkv would both write x/../a.srt; run them one by one"),
    BadCommand("transcribe x/a.mp4 x/./a.mp4", "x/./a.mp4 is given twice"),
    BadCommand("transcribe - - -f srt", "- is given twice"),
    BadCommand("transcribe a.txt -f txt", "a.txt would be overwritten by its own transcript"),
    BadCommand("transcribe a.vtt -o ./a.vtt", "./a.vtt would be overwritten by its own transcript"),
  ]

  @Test(arguments: commands)
  func isRefusedInOneLine(command: BadCommand) throws {
    let run = try CommandRun(command.words)
    #expect(run.code == 64)
    #expect(run.output == "")
    #expect(run.errors == "viseme: \(command.line)\n")
  }
}
